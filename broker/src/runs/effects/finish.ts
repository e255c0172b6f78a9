import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Summary } from '@jupyterlab-batch/protocol';
import { Value } from 'typebox/value';

import type { IEffect } from '../../lifecycle/types.ts';
import type { IRunDoc } from '../doc.ts';
import type { RunMachineEvent } from '../events.ts';
import { FOLDER, workDir } from '../paths.ts';
import { record } from '../record.ts';
import { verdict } from '../verdict.ts';
import type { IRunWorld } from './deps.ts';

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
    async perform(intent) {
      const run = await world.doc(intent.subject);
      const delivery = await world.files.deliver({
        run: run.id,
        runFolder: run.folder,
        name: run.spec.notebook.name,
        into: run.spec.deliverTo,
        startedAt: run.startedAt ?? run.submittedAt,
        workDir: workDir(run),
        outputs: run.spec.outputs
      });
      const ended: IRunDoc = { ...run, delivery };
      const text = JSON.stringify(record(ended, verdict(ended)), null, 1);
      // A full disk must not hold up the end of the run: the database has it all.
      const failed = await world.files.writeAtomically(
        join(run.folder, FOLDER.record),
        text
      );
      return event({
        type: 'delivered',
        delivery: failed
          ? { ...delivery, problem: delivery.problem ?? failed.message }
          : delivery
      });
    }
  };
}

/** Removes the run folder; the row goes with the commit of the outcome. */
export function deleteFolderEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent) {
      const run = await world.doc(intent.subject);
      await world.files.removeRunFolder(run.folder, run.id);
      return event({ type: 'folder_deleted' });
    }
  };
}

/** A timer is an intent with a due time; performing it is saying its name. */
export const timerEffect: IEffect = {
  async perform(intent) {
    return { kind: 'event', event: { type: 'timer', ...intent.payload } };
  }
};

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
