import type { Resources } from '@jupyterlab-batch/protocol';

import type { IJob, Observation } from '../target.ts';
import type { IQueued } from './queue.ts';
import { waitingFor } from './reasons.ts';
import { exitOf, phaseOf, timeOf } from './states.ts';

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
    case 'over':
      return {
        state: 'gone',
        ...exitOf(exit),
        why: phase.why,
        again: phase.again
      };
    case 'unsure':
      return { state: 'unknown', why: `Slurm calls its state ${state}` };
  }
}

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
