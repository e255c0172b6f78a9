import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { STOPPING, type IEffect, type IIntent } from '../../lifecycle/types.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { IAttempt, ITarget } from '../../targets/target.ts';
import { attemptId, type IRunDoc } from '../doc.ts';
import type { RunMachineEvent } from '../events.ts';
import { FOLDER, runtimeDir } from '../paths.ts';
import type { Slots } from '../slots.ts';
import type { IRunWorld } from './deps.ts';
import { jobFile } from './stage.ts';

const event = (e: RunMachineEvent) => ({ kind: 'event', event: e }) as const;

/**
 * A process that survives SIGKILL for a minute hangs in the kernel (state D, a
 * dead network disk): the run must not wait for it for ever.
 */
const MOST_SWEEPS = 120;

/** Tickets on their way: made before the commit, handed over after it. */
export type Tickets = Map<string, Secret>;

/**
 * Starts an attempt at its target without its ticket. The hash of the ticket is
 * committed with the job; `arm` then hands it over (DESIGN §8).
 */
export function submitEffect(
  world: IRunWorld,
  tickets: Tickets,
  slots: Slots
): IEffect {
  return {
    ready: intent => slots.take(intent.subject, intent.id),
    async perform(intent, signal) {
      const run = await world.doc(intent.subject);
      const number = run.attempt?.number ?? 1;
      const id = attemptId(run.id, number);
      const entry = world.targets.get(run.spec.target);
      if (!entry) {
        return event({
          type: 'submit_refused',
          message: `The target "${run.spec.target}" is no longer configured. Submit the run again with another target.`
        });
      }
      const far = entry.target.runtime(id);
      const runtime = far ?? runtimeDir(world.paths.socketDir, id);
      try {
        if (far === null) {
          await mkdir(dirname(runtime), { recursive: true, mode: 0o700 });
          await mkdir(runtime, { recursive: true, mode: 0o700 });
        }
      } catch (error) {
        return event(unusable(runtime, error));
      }
      if (number > 1) {
        const failed = await world.files.write(
          join(run.folder, FOLDER.job),
          JSON.stringify(jobFile(world, run, number), null, 1)
        );
        if (failed) {
          return event({ type: 'submit_refused', message: failed.message });
        }
      }
      const attempt: IAttempt = {
        id,
        run: run.id,
        number,
        folder: run.folder,
        python: run.spec.python,
        runtime: run.spec.runtime ?? null,
        environment: {
          ...run.spec.environment,
          JUPYTERLAB_BATCH_RUN: run.id,
          JUPYTERLAB_BATCH_FOLDER: run.folder,
          JUPYTERLAB_BATCH_SOCKET: join(runtime, 'agent.sock')
        },
        timeLimit: run.spec.timeLimit,
        resources: { ...run.spec.resources }
      };
      let ticket: Secret;
      try {
        ticket = await entry.target.ticket(attempt);
      } catch (error) {
        return event(unusable(run.folder, error));
      }
      const result = await entry.target.submit(attempt);
      if (signal.aborted && signal.reason !== STOPPING) {
        // Cancelled meanwhile: nobody would adopt what was started.
        await entry.target.sweep(
          run.id,
          result.kind === 'ok' ? result.job : null
        );
        await forgetTicket(run);
      }
      switch (result.kind) {
        case 'refused':
          await forgetTicket(run);
          return event({ type: 'submit_refused', message: result.message });
        case 'retry':
          return { kind: 'retry', afterMs: result.afterMs };
        case 'ok':
          tickets.set(id, ticket);
          return event({
            type: 'submitted',
            attempt: number,
            job: result.job,
            ticketHash: ticket.hash()
          });
      }
    }
  };
}

/** Trying again would not help: the folder is gone, full, or not ours any more. */
function unusable(folder: string, error: unknown): RunMachineEvent {
  if (!(error instanceof Error && 'code' in error)) {
    throw error;
  }
  const gone = error.code === 'ENOENT';
  return {
    type: 'submit_refused',
    message: gone
      ? `${folder} was deleted while the run waited. Submit the run again; delete runs with "jupyter batch delete".`
      : `The job could not be started: ${folder} cannot be written (${String(error.code)}). Make room or mend its permissions, and run it again.`
  };
}

/** Hands the ticket over, once, after its hash is committed. */
export function armEffect(world: IRunWorld, tickets: Tickets): IEffect {
  return {
    async perform(intent) {
      const run = await world.doc(intent.subject);
      const attempt = numberOf(intent);
      const id = attemptId(run.id, attempt);
      const ticket = tickets.get(id);
      tickets.delete(id);
      const sent =
        ticket !== undefined &&
        (await targetOf(world, run)?.arm(id, ticket)) === true;
      return event({ type: sent ? 'ticket_sent' : 'ticket_lost', attempt });
    }
  };
}

/** SIGTERM to the runner: interrupt, grace, fold, leave. */
export function cancelEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent) {
      const run = await world.doc(intent.subject);
      if (run.attempt?.job) {
        await targetOf(world, run)?.cancel(
          attemptId(run.id, run.attempt.number),
          run.attempt.job
        );
      }
      return event({ type: 'cancel_sent' });
    }
  };
}

/** Ends every process of the run; asked again until none is left. */
export function sweepEffect(world: IRunWorld): IEffect {
  return {
    async perform(intent) {
      const run = await world.doc(intent.subject);
      const left =
        (await targetOf(world, run)?.sweep(run.id, run.attempt?.job ?? null)) ??
        0;
      if (left > 0 && intent.tries < MOST_SWEEPS) {
        return { kind: 'retry', afterMs: 500 };
      }
      if (run.attempt) {
        const id = attemptId(run.id, run.attempt.number);
        await rm(runtimeDir(world.paths.socketDir, id), {
          recursive: true,
          force: true
        });
      }
      await forgetTicket(run);
      return event({ type: 'swept' });
    }
  };
}

/** Nobody will trade it any more. */
const forgetTicket = (run: IRunDoc): Promise<void> =>
  rm(join(run.folder, FOLDER.ticket), { force: true });

const targetOf = (world: IRunWorld, run: IRunDoc): ITarget | undefined =>
  world.targets.get(run.spec.target)?.target;

function numberOf(intent: IIntent): number {
  const { attempt } = intent.payload;
  return typeof attempt === 'number' ? attempt : 0;
}
