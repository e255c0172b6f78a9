import { find } from './proof.ts';
import type { IJob } from '../target.ts';
import type { IMark, IProcess, IProcessTable } from './processes.ts';

/** Killing takes a moment to show; a forking process may win some rounds. */
const ROUNDS = 40;
const PAUSE_MS = 25;

/**
 * Kills every process with the mark, and the job's own, until two looks in a row
 * find none: one look alone can miss what is born while it goes on.
 *
 * @returns how many are left after all rounds: 0, or processes that cannot die
 */
export async function sweep(
  mark: IMark,
  job: IJob | null,
  table: IProcessTable
): Promise<number> {
  let left = 0;
  for (let round = 0, quiet = 0; round < ROUNDS; round++) {
    left = await killAll(mark, job, table);
    quiet = left === 0 ? quiet + 1 : 0;
    if (quiet === 2) {
      return 0;
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
  return left;
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

/** One round; returns how many were there to kill. */
async function killAll(
  mark: IMark,
  job: IJob | null,
  table: IProcessTable
): Promise<number> {
  const kill = (target: IProcess): void => {
    signal(target, 'SIGKILL', table);
  };
  const own = job === null ? null : find(job, table).process;
  if (own !== null) {
    kill(own);
  }
  const marked = await table.marked(mark, kill);
  const others = marked.filter(({ pid }) => pid !== own?.pid).length;
  return others + (own === null ? 0 : 1);
}
