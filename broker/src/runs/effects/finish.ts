import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Summary, type LeaseSummary } from '@jupyterlab-batch/protocol';
import { Value } from 'typebox/value';

import type { IEffect } from '../../lifecycle/types.ts';
import type { IDelivery, IFailure, IRunDoc } from '../doc.ts';
import type { RunMachineEvent } from '../events.ts';
import { deliveryOf, FOLDER } from '../paths.ts';
import { record } from '../record.ts';
import { lateRedaction, verdict } from '../verdict.ts';
import type { IRunWorld } from './deps.ts';

const NOTHING: IDelivery = {
  notebook: null,
  folder: null,
  sha256: null,
  outputs: [],
  missing: [],
  problem: null
};

const NOT_LOOKED =
  'not_looked: the last look for credentials could not be made, since they ' +
  'cannot be opened any more. What was written had been redacted as it was written.';

const event = (e: RunMachineEvent) => ({ kind: 'event', event: e }) as const;

/**
 * Learns how the notebook ended. A runner that released has folded its events
 * itself; after a kill they are folded by `runner rebuild`.
 */
export function rebuildEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent) {
      const run = await world.doc(intent.subject);
      if (!(await exists(run.folder))) {
        return event({
          type: 'rebuild_failed',
          reason: 'folder_gone',
          message: `The run folder ${run.folder} was deleted while the run was active; what it held is lost. Delete runs with "jupyter batch delete", which waits for their end.`
        });
      }
      const own = run.attempt?.released ? await readSummary(run.folder) : null;
      const result = own ?? (await rebuild(world, run));
      if (!('outcome' in result)) {
        return event({ type: 'rebuild_failed', ...result });
      }
      const late = lateRedaction(result);
      if (late !== null) {
        world.alarm(run.id, late);
      }
      return event({ type: 'rebuilt', summary: result });
    }
  };
}

/** Folds, and makes the look for secrets that the runner did not come to. */
async function rebuild(
  world: IRunWorld,
  run: IRunDoc
): Promise<Summary | IFailure> {
  const secrets = run.lease
    ? await world.leases.secrets(run.lease.id).catch(() => null)
    : [];
  const { python, environment } = run.spec;
  const result = await world.rebuilder.rebuild(
    python,
    run.folder,
    environment,
    secrets ?? []
  );
  return 'outcome' in result && secrets === null
    ? { ...result, warnings: [...result.warnings, NOT_LOOKED] }
    : result;
}

/** Brings the executed notebook and the declared outputs beside the source. */
export function deliverEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent, signal) {
      const run = await world.doc(intent.subject);
      const request = deliveryOf(run);
      const missing = await world.files.missing(request);
      const ended: IRunDoc = { ...run, delivery: { ...NOTHING, missing } };
      const written = record(
        { ...ended, ...verdict(ended) },
        await leaseOf(world, run)
      );
      const delivery = await world.files.deliver(request, written, signal);
      // A full disk must not hold up the end of the run: the database has it all.
      const failed = await world.files.write(
        join(run.folder, FOLDER.record),
        JSON.stringify(written, null, 1)
      );
      return event({
        type: 'delivered',
        delivery: {
          ...delivery,
          problem: delivery.problem ?? failed?.message ?? null
        }
      });
    }
  };
}

/**
 * Writes the record anew, with what was not known when it was delivered: where
 * that is, and how the credential ended. A run that has been closed is final.
 *
 * @param recording runs of which one is being written now
 */
export function recordEffect(
  world: IRunWorld,
  recording: Set<string>
): IEffect {
  return {
    // An older one must not be written over a newer.
    ready: intent => !recording.has(intent.subject),
    async perform(intent) {
      recording.add(intent.subject);
      try {
        const run = await world.doc(intent.subject);
        const written = record(run, await leaseOf(world, run));
        const kept = (await exists(run.folder))
          ? await world.files.write(
              join(run.folder, FOLDER.record),
              JSON.stringify(written, null, 1)
            )
          : null;
        const beside = run.delivery?.folder
          ? await world.files.amend(run.delivery.folder, run.id, written)
          : null;
        const problem = kept?.message ?? beside?.message ?? null;
        return event({ type: 'recorded', problem });
      } finally {
        recording.delete(intent.subject);
      }
    }
  };
}

/** Removes the run folder; the row goes with the commit of the outcome. */
export function deleteFolderEffect(
  world: IRunWorld,
  recording: ReadonlySet<string>
): IEffect {
  return {
    ready: intent => !recording.has(intent.subject),
    async perform(intent) {
      const run = await world.doc(intent.subject);
      const message = await world.files.removeRunFolder(run.folder);
      if (message !== null) {
        world.alarm(run.id, message);
        return event({ type: 'delete_failed', message });
      }
      return event({ type: 'folder_deleted' });
    }
  };
}

async function leaseOf(
  world: IRunWorld,
  run: IRunDoc
): Promise<LeaseSummary | null> {
  return run.lease ? world.leases.summary(run.lease.id) : null;
}

async function readSummary(folder: string): Promise<Summary | null> {
  try {
    const data: unknown = JSON.parse(
      await readFile(join(folder, FOLDER.summary), 'utf8')
    );
    return Value.Check(Summary, data) && data.outcome !== null ? data : null;
  } catch {
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
