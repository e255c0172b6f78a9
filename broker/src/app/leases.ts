import type { TokenReply } from '@jupyterlab-batch/protocol';

import type { IArguments } from '../arguments.ts';
import type { IConfig } from '../config/config.ts';
import { createProvider } from '../identity/create.ts';
import type { ILeaseDoc } from '../leases/doc.ts';
import {
  AT_ONCE,
  leaseEffects,
  secretsIn,
  type LeaseIntentKind
} from '../leases/effects/index.ts';
import { leaseMachine } from '../leases/machine.ts';
import type { ILeaseStore, ISealer } from '../leases/ports.ts';
import { LeaseService } from '../leases/service.ts';
import { leaseColumns } from '../leases/view.ts';
import type { Interpreter } from '../lifecycle/interpreter.ts';
import type { Clock, JsonObject } from '../lifecycle/types.ts';
import type { ILeaseRoom } from '../runs/ports.ts';
import { observed } from '../identity/observed.ts';
import { readSecretFile } from '../identity/secret-file.ts';
import { eraser, Oblivion } from '../secrets/oblivion.ts';
import type { Scrubber } from '../secrets/scrubber.ts';
import type { Secret } from '../secrets/secret.ts';
import { loadAuditKey, loadKeys } from '../secrets/key.ts';
import { Vault } from '../secrets/vault.ts';
import type { IStore } from '../store/types.ts';
import type { Metrics } from './metrics.ts';
import { Examining, measured } from './examining.ts';
import { OtherKey } from './other-key.ts';
import { Rotation } from './rotation.ts';

interface ILeaseSetting {
  readonly args: IArguments;
  readonly config: IConfig;
  readonly store: IStore;
  readonly interpreter: Interpreter;
  readonly clock: Clock;
  readonly scrubber: Scrubber;
  readonly metrics: Metrics;
  readonly log: { error(fields: object, message: string): void };
}

interface IRegisters {
  readonly rotation: Rotation;
  readonly otherKey: OtherKey;
  readonly examining: Examining;
  register(interpreter: Interpreter): void;
}

/** The leases with their providers, vault and store. */
export async function leaseRoom(
  setting: ILeaseSetting
): Promise<ILeaseRoom & IRegisters> {
  const { args, config, store, clock, scrubber, metrics } = setting;
  const { openLeases } = await store.counts();
  const files = loadKeys({
    data: args.data,
    credentials: process.env['CREDENTIALS_DIRECTORY'] ?? null,
    sealed: openLeases > 0
  });
  const keys = new Vault(files.keys, loadAuditKey(args.data));
  const vault = known(scrubber, keys);
  const bare = new Map(
    [...config.identities].map(([name, entry]) => [
      name,
      observed(
        createProvider(name, entry, {
          clock,
          readSecretFile: async path =>
            scrubber.know(await readSecretFile(path))
        }),
        clock,
        metrics.called
      )
    ])
  );
  const providers = new Map(
    [...bare].map(([name, provider]) => [
      name,
      measured(provider, config.identities.get(name), store)
    ])
  );
  const leases: ILeaseStore = {
    // The store answers what this process itself has written as `ILeaseDoc`.
    read: async id =>
      (await store.read('lease', id)) as unknown as ILeaseDoc | null,
    watch: (_lease, listener) => store.onChange(() => listener())
  };
  const oblivion = new Oblivion({
    isQuiet: async () => (await store.counts()).openLeases === 0,
    clock,
    erase: eraser()
  });
  const effects = leaseEffects({
    store: leases,
    providers,
    vault,
    erase: async lease => {
      await store.scrub();
      scrubber.forget(lease.id);
      oblivion.closed();
      metrics.ended(lease);
    },
    random: Math.random,
    clock
  });
  const service = new LeaseService({
    store: leases,
    dispatcher: setting.interpreter,
    providers,
    vault,
    clock,
    notBefore: () => store.notBefore()
  });
  return {
    async create(run, identity) {
      const { id, state } = await service.create(run, identity);
      return { id, state: state as unknown as JsonObject };
    },
    summary: lease => service.summary(lease),
    secrets: lease => service.secrets(lease),
    token: (lease, minValid, signal): Promise<TokenReply> =>
      service.token(lease, minValid, signal),
    examining: new Examining({
      store,
      providers: bare,
      entries: config.identities,
      scrubber,
      clock,
      log: setting.log
    }),
    otherKey: new OtherKey({ store, vault: keys, log: setting.log }),
    rotation: new Rotation({
      store,
      dispatcher: setting.interpreter,
      vault: keys,
      files
    }),
    register(interpreter) {
      interpreter.register(leaseMachine, leaseColumns);
      for (const [kind, effect] of Object.entries(effects)) {
        interpreter.effect(kind as LeaseIntentKind, effect, AT_ONCE);
      }
    }
  };
}

/** What is sealed or opened is taken out of the log, until its lease is erased. */
function known(scrubber: Scrubber, vault: Vault): ISealer {
  const know = (lease: string, field: string, value: Secret): Secret => {
    secretsIn(field, value).forEach(secret => scrubber.know(secret, lease));
    return value;
  };
  return {
    newKey: lease => vault.newKey(lease),
    seal: (lease, field, secret) =>
      vault.seal(lease, field, know(lease.id, field, secret)),
    unseal: (lease, field, sealed) =>
      know(lease.id, field, vault.unseal(lease, field, sealed)),
    mark: secret => vault.mark(secret)
  };
}
