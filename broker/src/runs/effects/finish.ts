import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { BatchError, Summary } from '@jupyterlab-batch/protocol';
import { Value } from 'typebox/value';

import type { IEffect } from '../../lifecycle/types.ts';
import type { IDelivery, IRunDoc } from '../doc.ts';
import type { RunMachineEvent } from '../events.ts';
import { deliveryOf, FOLDER } from '../paths.ts';
import { record } from '../record.ts';
import { verdict } from '../verdict.ts';
import type { IRunWorld } from './deps.ts';

const NOTHING: IDelivery = {
  notebook: null,
  folder: null,
  sha256: null,
  outputs: [],
  missing: [],
  problem: null
};

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
      const result =
        own ??
        (await world.rebuilder.rebuild(
          run.spec.python,
          run.folder,
          run.spec.environment
        ));
      return 'outcome' in result
        ? event({ type: 'rebuilt', summary: result })
        : event({ type: 'rebuild_failed', ...result });
    }
  };
}

/** Brings the executed notebook and the declared outputs beside the source. */
export function deliverEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent, signal) {
      const run = await world.doc(intent.subject);
      const request = deliveryOf(run);
      const missing = await world.files.missing(request);
      const ended: IRunDoc = { ...run, delivery: { ...NOTHING, missing } };
      const written = record(ended, verdict(ended));
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

/** Removes the run folder; the row goes with the commit of the outcome. */
export function deleteFolderEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent) {
      const run = await world.doc(intent.subject);
      try {
        await world.files.removeRunFolder(run.folder);
      } catch (error) {
        // Something else lies there now: it is left alone, the row goes.
        if (!(error instanceof BatchError)) {
          throw error;
        }
      }
      return event({ type: 'folder_deleted' });
    }
  };
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
