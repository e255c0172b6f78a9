import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

import type { IConfig, ITargetConfig } from '../config/config.ts';
import type { ITargetEntry } from '../runs/ports.ts';
import { LocalTarget } from '../targets/local/index.ts';
import { Runtimes } from '../targets/runtimes/index.ts';
import {
  commands,
  Munge,
  openCluster,
  SlurmTarget,
  type ICluster
} from '../targets/slurm/index.ts';
import type { ITarget } from '../targets/target.ts';
import { pack, unpack, type IPack } from '../targets/travelling.ts';

/** Every configured target, with the door to it. */
export function openTargets(config: IConfig): Map<string, ITargetEntry> {
  const clusters = new Map<string | null, ICluster>();
  const runtimes = new Runtimes(
    { home: homedir(), environment: process.env },
    Date.now
  );
  return new Map(
    [...config.targets.values()].map(target => [
      target.name,
      {
        target: doorOf(target, clusters, runtimes),
        name: target.name,
        scheduler: target.scheduler,
        isDefault: target.name === config.defaultTarget,
        timeLimit: target.timeLimit,
        work: target.work,
        runtime: target.runtime,
        identity: target.identity,
        identityLine: identityLine(config, target),
        scopes: identityOf(config, target)?.scopes ?? [],
        env: target.env,
        grace: target.grace,
        outputCap: target.outputCap
      }
    ])
  );
}

function doorOf(
  { name, scheduler, slots, slurmConf, munge, resources, work }: ITargetConfig,
  clusters: Map<string | null, ICluster>,
  runtimes: Runtimes
): ITarget {
  const travelled = async () => unpack(await runnerPack(), work);
  if (scheduler === 'local') {
    return new LocalTarget({
      name,
      slots: slots ?? 1,
      runtimes,
      package: travelled
    });
  }
  const { uid, username } = userInfo();
  const cluster =
    clusters.get(slurmConf) ??
    openCluster(
      commands({ conf: slurmConf, environment: process.env }),
      uid,
      Date.now,
      Math.random
    );
  clusters.set(slurmConf, cluster);
  return new SlurmTarget({
    name,
    slots,
    uid,
    user: username,
    cluster,
    runner: travelled,
    runtimes,
    clock: Date.now,
    site: resources,
    munge: new Munge({
      commands: cluster.commands,
      use: munge,
      uid,
      clock: Date.now
    })
  });
}

let packed: Promise<IPack> | null = null;

/** Of the package that this broker came with: its bundle lies in a folder of it. */
function runnerPack(): Promise<IPack> {
  packed ??= pack(join(dirname(process.argv[1]), '..')).catch(
    (error: unknown) => {
      // the next run may find the disk there again
      packed = null;
      throw error;
    }
  );
  return packed;
}

const identityOf = (config: IConfig, target: ITargetConfig) =>
  target.identity === null ? undefined : config.identities.get(target.identity);

/** Who a run is there and what it may do, in words for the dialog. */
function identityLine(config: IConfig, target: ITargetConfig): string | null {
  const identity = identityOf(config, target);
  if (!identity || target.identity === null) {
    return null;
  }
  const may =
    identity.scopes.length > 0
      ? `may ${identity.scopes.join(', ')}`
      : 'may what the provider allows';
  const client =
    identity.client === 'per_lease'
      ? 'made for this run, dies with it'
      : 'a token of its own from a client that runs share; dies with the run';
  return `community account at ${target.identity}; ${may}; ${client}`;
}
