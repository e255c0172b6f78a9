import { createHash } from 'node:crypto';

import type { Secret } from '../../secrets/secret.ts';
import type {
  IAttempt,
  IJob,
  ITarget,
  IWeighed,
  IWish,
  Observation,
  SubmitResult
} from '../target.ts';
import type { ICommands } from './commands.ts';
import { lay } from './environment.ts';
import { ClusterPreflight } from './preflight.ts';
import { list, type IQueued, type Listing } from './queue.ts';
import type { ISite } from './resources.ts';
import { options, script, type IAsk } from './script.ts';
import { exitOf, phaseOf, timeOf, waitingFor } from './states.ts';
import { forget, keep } from './ticket.ts';

/** An answer of squeue is good for this long, whoever asks. */
const PACE_MS = 2_000;
/** After an answer that did not come: as long again, and longer. */
const MOST_PACE_MS = 600_000;
const RETRY_MS = 5_000;

export interface ISlurmOptions {
  readonly name: string;
  /** jobs at once, or null: as many as the scheduler takes */
  readonly slots: number | null;
  /** numeric: a name could be an option */
  readonly uid: number;
  readonly commands: ICommands;
  /** Lays the travelling runner out where jobs see it; names its folder. */
  readonly runner: () => Promise<string>;
  readonly clock: () => number;
  readonly site: ISite;
}

/**
 * Runs attempts as jobs of a Slurm cluster. A job is known by its name, the
 * attempt's id: its number may be a stranger's after the controller was killed.
 */
export class SlurmTarget implements ITarget {
  readonly name: string;
  readonly scheduler = 'slurm';
  readonly slots: number | null;
  readonly #options: ISlurmOptions;
  readonly #preflight: ClusterPreflight;
  #asked: { at: number; answer: Promise<Listing> } | null = null;
  #failures = 0;

  constructor(options: ISlurmOptions) {
    this.name = options.name;
    this.slots = options.slots;
    this.#options = options;
    const { commands, site, clock } = options;
    this.#preflight = new ClusterPreflight(commands, site, clock);
  }

  notice(): string | null {
    return null;
  }

  weigh(wish: IWish): Promise<IWeighed> {
    return this.#preflight.look(wish);
  }

  /** Short, for sockets; the folder is checked by whoever makes it. */
  runtime(attempt: string): string {
    const name = createHash('sha256').update(attempt).digest('hex');
    return `/tmp/jlb-${this.#options.uid}-${name.slice(0, 12)}`;
  }

  ticket({ folder, number }: IAttempt): Promise<Secret> {
    return keep(folder, number);
  }

  async submit(attempt: IAttempt): Promise<SubmitResult> {
    // it may have been accepted before, by a broker that was killed since
    const before = await this.#find(attempt.id);
    if (before.kind === 'silent') {
      return { kind: 'retry', afterMs: RETRY_MS, why: before.why };
    }
    const [known] = before.jobs;
    if (known !== undefined) {
      return { kind: 'ok', job: jobOf(known, attempt) };
    }
    await lay(attempt.folder, attempt.environment);
    const into = await this.#preflight.partition(attempt.resources.partition);
    const ask: IAsk = {
      attempt: attempt.id,
      folder: attempt.folder,
      python: attempt.python,
      runner: await this.#options.runner(),
      timeLimit: attempt.timeLimit,
      partitionTime: into?.time ?? null,
      resources: attempt.resources
    };
    const said = await this.#options.commands.run(
      'sbatch',
      options(ask),
      script(ask)
    );
    if (said.kind === 'no') {
      const message = `Slurm refused the job: ${said.message}`;
      return { kind: 'refused', message };
    }
    // its answer is believed no more than its silence: what is there counts
    const after = await this.#find(attempt.id);
    const [job] = after.kind === 'ok' ? after.jobs : [];
    return job === undefined
      ? { kind: 'retry', afterMs: RETRY_MS, why: whyOf(said, after) }
      : { kind: 'ok', job: jobOf(job, attempt) };
  }

  /** The ticket lies in the run folder already: see `ticket`. */
  arm(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async poll(
    jobs: ReadonlyMap<string, IJob>
  ): Promise<Map<string, Observation>> {
    const listing = await this.#listing();
    if (listing.kind === 'silent') {
      const { why } = listing;
      return new Map(
        [...jobs.keys()].map(id => [id, { state: 'unknown', why }])
      );
    }
    const seen = new Map<string, Observation>();
    for (const [attempt, job] of jobs) {
      const named = listing.jobs.filter(({ name }) => name === attempt);
      const [first, ...twins] = ordered(named, job);
      for (const twin of twins.filter(isLive)) {
        // sbatch was silent and asked again: the start permit lets one run
        await this.#scancel(twin);
      }
      seen.set(attempt, first ? observe(first) : { state: 'absent' });
    }
    return seen;
  }

  async runs(attempt: string, job: IJob): Promise<boolean> {
    const seen = (await this.poll(new Map([[attempt, job]]))).get(attempt);
    return seen?.state === 'running';
  }

  onGone(): void {
    // Slurm calls nobody
  }

  async cancel(attempt: string): Promise<void> {
    const found = await this.#find(attempt);
    for (const job of found.kind === 'ok' ? found.jobs.filter(isLive) : []) {
      // to the script, which is the runner: it interrupts, folds and leaves
      await this.#scancel(job, ['--signal=TERM', '--batch']);
    }
  }

  async sweep(run: string, job: IJob | null): Promise<number> {
    const found = await this.#all();
    if (found.kind === 'silent') {
      return 1;
    }
    const live = found.jobs.filter(
      each => each.name.startsWith(`${run}.`) && isLive(each)
    );
    for (const each of live) {
      await this.#scancel(each);
    }
    const folder = job?.proof['folder'];
    if (typeof folder === 'string') {
      await forget(folder);
    }
    return live.length;
  }

  /** By number and name: a number alone may be somebody else's by now. */
  async #scancel({ id, name }: IQueued, more: string[] = []): Promise<void> {
    await this.#options.commands.run('scancel', [
      `--name=${name}`,
      `--user=${this.#options.uid}`,
      ...more,
      id
    ]);
  }

  async #find(attempt: string): Promise<Listing> {
    const { commands, uid } = this.#options;
    const found = await list(commands, String(uid), attempt);
    return found.kind === 'ok'
      ? { kind: 'ok', jobs: ordered(found.jobs, null) }
      : found;
  }

  #all(): Promise<Listing> {
    return list(this.#options.commands, String(this.#options.uid));
  }

  /** One question for everybody who asks within its pace. */
  #listing(): Promise<Listing> {
    const now = this.#options.clock();
    const pace = Math.min(PACE_MS * 2 ** this.#failures, MOST_PACE_MS);
    if (this.#asked === null || now - this.#asked.at >= pace) {
      const answer = this.#all().then(listing => {
        this.#failures =
          listing.kind === 'ok' ? 0 : Math.min(this.#failures + 1, 10);
        return listing;
      });
      this.#asked = { at: now, answer };
    }
    return this.#asked.answer;
  }
}

/** The committed one first, then those that live, then by number. */
function ordered(jobs: readonly IQueued[], job: IJob | null): IQueued[] {
  const rank = (each: IQueued): number =>
    each.id === job?.native ? 0 : isLive(each) ? 1 : 2;
  return jobs.toSorted(
    (left, right) =>
      rank(left) - rank(right) || Number(left.id) - Number(right.id)
  );
}

function isLive({ state }: IQueued): boolean {
  const { phase } = phaseOf(state);
  return phase === 'waiting' || phase === 'running';
}

function observe({ state, exit, reason, start }: IQueued): Observation {
  const phase = phaseOf(state);
  switch (phase.phase) {
    case 'waiting':
      return {
        state: 'waiting',
        why: waitingFor(reason),
        startsAt: timeOf(start)
      };
    case 'running':
      return { state: 'running' };
    case 'over':
      return { state: 'gone', ...exitOf(exit), why: phase.why };
    case 'unsure':
      return { state: 'unknown', why: `Slurm calls its state ${state}` };
  }
}

function jobOf({ id, name }: IQueued, { folder }: IAttempt): IJob {
  return { native: id, proof: { name, folder }, waits: true };
}

function whyOf(said: { kind: string }, after: Listing): string {
  return after.kind === 'silent'
    ? after.why
    : said.kind === 'ok'
      ? 'Slurm took the job and does not know it'
      : 'Slurm did not answer';
}
