import { join } from 'node:path';

import type { JobFile, NotebookContent } from '@jupyterlab-batch/protocol';
import { BatchError } from '@jupyterlab-batch/protocol';

import type { IEffect } from '../../lifecycle/types.ts';
import { attemptId, type IFailure, type IRunDoc } from '../doc.ts';
import type { RunMachineEvent } from '../events.ts';
import { FOLDER, runtimeDir, workDir } from '../paths.ts';
import type { IPlanned } from '../ports.ts';
import type { IRunWorld } from './deps.ts';

/** What was accepted with the run and is needed until its folder is complete. */
export interface IAccepted extends IPlanned {
  readonly content: NotebookContent;
}

const event = (e: RunMachineEvent) => ({ kind: 'event', event: e }) as const;

/** Makes the run folder and copies the files of the plan into it. */
export function copyEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent, signal) {
      const run = await world.doc(intent.subject);
      const accepted = await acceptedWith(world, run);
      const failed = (f: IFailure) => event({ type: 'copy_failed', ...f });
      const made = await world.files.makeRunFolder(run.folder);
      if (made) {
        return failed(made);
      }
      const planned = await world.files.confirmed(accepted);
      if ('reason' in planned) {
        return failed(planned);
      }
      for (const [name, value] of [
        [FOLDER.plan, planOf(planned)],
        [FOLDER.source, accepted.content]
      ] as const) {
        const written = await world.files.write(
          join(run.folder, name),
          JSON.stringify(value)
        );
        if (written) {
          return failed(written);
        }
      }
      const copied = await world.files.copy(
        planned,
        join(run.folder, FOLDER.files),
        signal
      );
      if (copied === 'aborted') {
        // The broker stops, or the run was cancelled: then this is too late.
        return { kind: 'retry', afterMs: 0 };
      }
      return copied ? failed(copied) : event({ type: 'copied' });
    }
  };
}

const planOf = ({ plan, entries, notebook }: IPlanned): IPlanned => ({
  plan,
  entries,
  notebook
});

/** Writes the prepared notebook and `job.json`. */
export function injectEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent) {
      const run = await world.doc(intent.subject);
      const { content } = await acceptedWith(world, run);
      let input: NotebookContent;
      try {
        input = await world.notebook.inject(
          content,
          run.spec.parameters.filter(p => p.expression !== true)
        );
      } catch (error) {
        if (error instanceof BatchError) {
          return event({
            type: 'inject_failed',
            reason: 'refused_by_target',
            message: error.problem.detail
          });
        }
        throw error;
      }
      for (const [name, value] of [
        [FOLDER.input, input],
        [FOLDER.job, jobFile(world, run, 1)]
      ] as const) {
        const failed = await world.files.write(
          join(run.folder, name),
          JSON.stringify(value, null, 1)
        );
        if (failed) {
          return event({ type: 'inject_failed', ...failed });
        }
      }
      return event({ type: 'injected' });
    }
  };
}

/** `job.json` of an attempt: no secret, nothing that a scheduler would keep. */
export function jobFile(
  world: IRunWorld,
  run: IRunDoc,
  attempt: number
): JobFile {
  const { spec } = run;
  const id = attemptId(run.id, attempt);
  const entry = world.targets.get(spec.target);
  const far = entry?.target.runtime(id) ?? null;
  return {
    version: 1,
    run: run.id,
    attempt,
    notebook: spec.notebook.name,
    language: spec.language,
    kernel: spec.kernel,
    cwd: workDir(run),
    runtime_dir: far ?? runtimeDir(world.paths.socketDir, id),
    job_socket:
      far === null || !entry
        ? world.paths.jobSocket
        : `far:${world.paths.far(entry.work)}`,
    data_dir: world.paths.dataDir,
    config_path: [...spec.configPath],
    broker_environment: { ...world.environment },
    time_limit: spec.timeLimit,
    grace: spec.grace,
    output_cap: spec.outputCap,
    has_identity: run.lease !== null,
    prefix: spec.prefix,
    parameters: spec.parameters
      .filter(p => p.expression !== true)
      .map(({ name, type, text, layer, origin }) => ({
        name,
        type,
        text,
        layer,
        origin
      })),
    outputs: [...spec.outputs]
  };
}

async function acceptedWith(
  world: IRunWorld,
  run: IRunDoc
): Promise<IAccepted> {
  const accepted = await world.store.plan(run.id);
  if (!accepted) {
    throw new Error(`run ${run.id} has no accepted plan`);
  }
  // Written by `submit` in the transaction that made the run.
  return accepted as unknown as IAccepted;
}
