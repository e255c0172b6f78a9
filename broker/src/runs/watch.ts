import { join } from 'node:path';

import type { IDispatcher } from '../lifecycle/types.ts';
import type { IPulse, IStore } from '../store/types.ts';
import type { IJob, Observation } from '../targets/target.ts';
import { attemptId, type IRunDoc } from './doc.ts';
import type { RunMachineEvent } from './events.ts';
import type { Heard } from './heard.ts';
import { FOLDER } from './paths.ts';
import type { ITargetEntry } from './ports.ts';
import { ProgressTail } from './progress.ts';
import type { Roster } from './roster.ts';
import { isTerminal } from './verdict.ts';
import type { Waits } from './waits.ts';

/** Progress is seen within this; DESIGN §14 wants ≤ 1 s in the browser. */
const PROGRESS_MS = 250;
/** A dead local process is learnt of within this. */
const POLL_MS = 750;
/** A controller that has just come back may not know all its jobs yet. */
const ABSENT_MS = 20_000;

const UNKNOWN = { kind: 'unknown' } as const;

interface IWatchWorld {
  readonly roster: Roster;
  readonly waits: Waits;
  readonly heard: Heard;
  readonly store: Pick<IStore, 'pulse'>;
  readonly dispatcher: IDispatcher;
  readonly targets: ReadonlyMap<string, ITargetEntry>;
  readonly clock: () => number;
  readonly log: (message: string, error: unknown) => void;
}

/**
 * Looks at the world for the runs that are under way: how far they are, and
 * whether their jobs are still there. Only evidence of an end ends a run.
 */
export class Watcher {
  readonly #world: IWatchWorld;
  readonly #tails = new Map<string, ProgressTail>();
  /** since when the scheduler does not know a job that has not started */
  readonly #absent = new Map<string, number>();
  readonly #loops: Promise<void>[] = [];
  readonly #stop = new AbortController();

  constructor(world: IWatchWorld) {
    this.#world = world;
  }

  start(): void {
    for (const entry of this.#world.targets.values()) {
      entry.target.onGone(() => void this.#guard(() => this.#poll(entry)));
      this.#loops.push(this.#loop(POLL_MS, () => this.#poll(entry)));
    }
    this.#loops.push(this.#loop(PROGRESS_MS, () => this.#progress()));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  async #loop(every: number, look: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#guard(look);
      await pause(every, signal);
    }
  }

  async #guard(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      this.#world.log('looking at the jobs failed', error);
    }
  }

  async #progress(): Promise<void> {
    const pulses: IPulse[] = [];
    const seen = new Set<string>();
    for (const run of this.#world.roster.all) {
      if (run.state !== 'running' && run.state !== 'finishing') {
        continue;
      }
      seen.add(run.id);
      const tail =
        this.#tails.get(run.id) ??
        new ProgressTail(join(run.folder, FOLDER.events));
      this.#tails.set(run.id, tail);
      // One that cannot be read must not keep the others from being told.
      const progress = await tail.read().catch((error: unknown) => {
        this.#world.log(`reading the events of run ${run.id} failed`, error);
        return null;
      });
      if (progress) {
        pulses.push({
          id: run.id,
          progress: { ...progress },
          observedAt: this.#world.clock()
        });
      }
    }
    this.#world.heard.only(seen);
    for (const id of this.#tails.keys()) {
      if (!seen.has(id)) {
        this.#tails.delete(id);
      }
    }
    if (pulses.length > 0) {
      await this.#world.store.pulse(pulses);
    }
  }

  /** One question for all jobs of a target. */
  async #poll(entry: ITargetEntry): Promise<void> {
    const runs = new Map<string, IRunDoc>();
    const jobs = new Map<string, IJob>();
    for (const run of this.#world.roster.all) {
      const { attempt } = run;
      if (run.spec.target === entry.name && attempt?.job && !attempt.gone) {
        const id = attemptId(run.id, attempt.number);
        runs.set(id, run);
        jobs.set(id, attempt.job);
      }
    }
    if (jobs.size === 0) {
      return;
    }
    // what waits holds nothing yet, however long it waits
    const under = [...runs.values()].filter(({ state }) => state !== 'queued');
    const attention = {
      leased: under.some(({ lease }) => lease?.closed === false),
      stirred: this.#world.heard.fellSilent(
        under.filter(({ state }) => !isTerminal(state)).map(({ id }) => id)
      )
    };
    const pulses: IPulse[] = [];
    for (const [id, seen] of await entry.target.poll(jobs, attention)) {
      const run = runs.get(id);
      if (!run?.attempt) {
        continue;
      }
      const told = this.#told(run.id, seen);
      const event = await this.#event(run, run.attempt.number, id, seen);
      if (event) {
        await this.#world.dispatcher.dispatch('run', run.id, event);
      } else if (
        (seen.state === 'running' || seen.state === 'waiting') &&
        !isTerminal(run.state)
      ) {
        pulses.push({
          id: run.id,
          observedAt: this.#world.clock(),
          quiet: !told
        });
      }
    }
    if (pulses.length > 0) {
      await this.#world.store.pulse(pulses);
    }
  }

  /** @returns whether people see something else than a look ago */
  #told(run: string, seen: Observation): boolean {
    const { waits } = this.#world;
    switch (seen.state) {
      case 'waiting':
        return waits.tell(run, { ...seen, state: 'queued' });
      case 'running':
        return seen.why
          ? waits.tell(run, { state: 'running', why: seen.why, startsAt: null })
          : waits.forget(run);
      // a scheduler that does not answer says nothing else
      case 'unknown':
      case 'absent':
        return false;
      default:
        waits.forget(run);
        return false;
    }
  }

  async #event(
    run: IRunDoc,
    attempt: number,
    id: string,
    seen: Observation
  ): Promise<RunMachineEvent | null> {
    if (seen.state !== 'absent') {
      this.#absent.delete(id);
      return toEvent(attempt, seen);
    }
    // one that runs speaks for itself: the scheduler's memory is no evidence
    const now = this.#world.clock();
    const since = this.#absent.get(id) ?? now;
    this.#absent.set(id, since);
    if (run.state !== 'queued' || now - since < ABSENT_MS) {
      return null;
    }
    const { target } = this.#world.targets.get(run.spec.target) ?? {};
    const job = run.attempt?.job;
    const fate = target && job ? await target.fate(id, job) : UNKNOWN;
    if (fate.kind === 'unknown') {
      return null;
    }
    this.#absent.delete(id);
    const gone = {
      type: 'gone',
      attempt,
      exitCode: null,
      signal: null
    } as const;
    return fate.kind === 'lost'
      ? { ...gone, why: null, vanished: true, told: fate.why }
      : {
          ...gone,
          why: { reason: 'ended_unseen', message: fate.message },
          vanished: false
        };
  }
}

function toEvent(attempt: number, seen: Observation): RunMachineEvent | null {
  switch (seen.state) {
    case 'gone':
      return {
        type: 'gone',
        attempt,
        exitCode: seen.exitCode,
        signal: seen.signal,
        why: seen.why,
        vanished: seen.again ?? false
      };
    case 'host_gone':
      return { type: 'host_gone', attempt };
    default:
      return null;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
