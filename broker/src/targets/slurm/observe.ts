import type { Resources } from '@jupyterlab-batch/protocol';

import type { IJob, Observation } from '../target.ts';
import type { IQueued } from './queue.ts';
import { waitingFor } from './reasons.ts';
import { exitOf, phaseOf, timeOf, type IEnding, type IExit } from './states.ts';

/**
 * A job is told to leave and killed 30 s later, as sites have it; what is left of it
 * then hangs in a kernel or on a node that is gone, and computes nothing any more.
 */
const LEAVING_MS = 120_000;

/**
 * What a job of ours does, from what Slurm tells of it. Pure.
 *
 * @param leaving - ms for which it has been about to go
 */
export function observe(
  { state, exit, reason, start }: IQueued,
  { proof }: IJob,
  leaving: number
): Observation {
  const phase = phaseOf(state);
  switch (phase.phase) {
    case 'waiting': {
      const why = waitingFor(reason, asked(proof['resources']));
      return { state: 'waiting', why, startsAt: timeOf(start) };
    }
    case 'running':
      return { state: 'running', why: null };
    case 'paused':
      return { state: 'running', why: phase.why };
    case 'leaving':
      return leaving < LEAVING_MS
        ? { state: 'running', why: null }
        : { state: 'gone', ...exitOf(exit), why: null, again: false };
    case 'over': {
      const ended = exitOf(exit);
      const why = phase.why ?? unstarted(ended);
      return { state: 'gone', ...ended, why, again: phase.again };
    }
    case 'unsure':
      return { state: 'unknown', why: `Slurm calls its state ${state}` };
  }
}

/**
 * What `sh` ends with where it could not become the Python of the run: our runner has
 * no such codes.
 */
const unstarted = ({ exitCode }: IExit): IEnding | null =>
  exitCode === 126 || exitCode === 127
    ? {
        reason: 'runner_died',
        message: `The node could not start the Python of the run (exit code ${exitCode}): it is not there, or may not be executed. runner.log in the run folder names it. Choose an environment that lies where the nodes see it.`
      }
    : null;

/** Whether it has processes, or will have: it can be told to go. */
export function isLive({ state }: IQueued): boolean {
  const { phase } = phaseOf(state);
  return phase === 'waiting' || phase === 'running' || phase === 'paused';
}

/** Whether its script runs now, so that it may have what it asks for. */
export const isRunning = ({ state }: IQueued): boolean =>
  phaseOf(state).phase === 'running';

export const isLeaving = ({ state }: IQueued): boolean =>
  phaseOf(state).phase === 'leaving';

/** As `submit` kept it; jobs of earlier versions have nothing there. */
const asked = (kept: unknown): Resources =>
  typeof kept === 'object' && kept !== null ? kept : {};
