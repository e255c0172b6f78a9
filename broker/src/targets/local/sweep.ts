import { find } from './proof.ts';
import type { IJob } from '../target.ts';
import type { IMark, IProcess, IProcessTable } from './processes.ts';

/** Killing takes a moment to show; a forking process may win some rounds. */
const ROUNDS = 40;
const PAUSE_MS = 25;

/**
 * Kills every process with the mark, and the job's own, until a look finds none.
 *
 * @returns how many are left after all rounds: 0, or processes that cannot die
 */
export async function sweep(
  mark: IMark,
  job: IJob | null,
  table: IProcessTable
): Promise<number> {
  let left: IProcess[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    left = await remaining(mark, job, table);
    if (left.length === 0) {
      return 0;
    }
    for (const target of left) {
      signal(target, 'SIGKILL', table);
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
  left = await remaining(mark, job, table);
  return left.length;
}

/**
 * Waits for processes that are about to leave by themselves, then kills them.
 *
 * @returns how many are left
 */
export async function leave(
  mark: IMark,
  table: IProcessTable
): Promise<number> {
  for (let round = 0; round < ROUNDS; round++) {
    if ((await table.marked(mark)).length === 0) {
      return 0;
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
  return sweep(mark, null, table);
}

/** Sends a signal to a process if it still is the one that was meant. */
export function signal(
  target: IProcess,
  name: NodeJS.Signals,
  table: IProcessTable
): boolean {
  const seen = table.look(target.pid);
  if (seen.kind !== 'alive' || seen.process.start !== target.start) {
    return false;
  }
  try {
    process.kill(target.pid, name);
    return true;
  } catch {
    return false; // gone in between, or not ours to signal
  }
}

async function remaining(
  mark: IMark,
  job: IJob | null,
  table: IProcessTable
): Promise<IProcess[]> {
  const marked = await table.marked(mark);
  const own = job === null ? null : find(job, table).process;
  return own === null || marked.some(({ pid }) => pid === own.pid)
    ? marked
    : [own, ...marked];
}
