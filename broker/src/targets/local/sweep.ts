import { find } from './proof.ts';
import type { IJob } from '../target.ts';
import type { IMark, IProcess, IProcessTable } from './processes.ts';

/** Killing takes a moment to show; a forking process may win some rounds. */
const ROUNDS = 40;
const PAUSE_MS = 25;

/** A process that needs no proof: a child of ours that was not reaped yet. */
export interface IHeld {
  readonly process: IProcess;
  /** false: it has ended */
  kill(name: NodeJS.Signals): boolean;
}

/**
 * Kills every process with the mark, and the job's own, until two looks in a row
 * find none: one look alone can miss what is born while it goes on.
 *
 * @returns how many are left after all rounds: 0, or processes that cannot die
 */
export async function sweep(
  mark: IMark,
  job: IJob | null,
  table: IProcessTable,
  held: readonly IHeld[] = []
): Promise<number> {
  let left = 0;
  for (let round = 0, quiet = 0; round < ROUNDS; round++) {
    left = await killAll(mark, job, table, held);
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
  table: IProcessTable,
  held: readonly IHeld[]
): Promise<number> {
  const killed = new Set<number>();
  const kill = (target: IProcess): void => {
    killed.add(target.pid);
    signal(target, 'SIGKILL', table);
  };
  for (const child of held) {
    if (child.kill('SIGKILL')) {
      killed.add(child.process.pid);
    }
  }
  const own = job === null ? null : find(job, table).process;
  if (own !== null) {
    kill(own);
  }
  await table.marked(mark, kill);
  return killed.size;
}
