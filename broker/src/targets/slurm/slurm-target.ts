import { createHash } from 'node:crypto';

import type { RuntimeOffer } from '@jupyterlab-batch/protocol';

import type { Secret } from '../../secrets/secret.ts';
import { variables, type Runtimes } from '../runtimes/index.ts';
import type {
  Absence,
  Admission,
  IAttempt,
  IAttention,
  IClaim,
  IJob,
  IRuntimeQuestion,
  ITarget,
  IWeighed,
  IWish,
  Observation,
  SubmitResult
} from '../target.ts';
import { within } from '../within.ts';
import type { ICluster } from './cluster.ts';
import { lay } from './environment.ts';
import { fateOf } from './forgotten.ts';
import type { ILook } from './lookout.ts';
import type { Munge } from './munge.ts';
import { isLeaving, isLive, isRunning, observe } from './observe.ts';
import { ClusterPreflight } from './preflight.ts';
import { list, type IQueued, type Listing } from './queue.ts';
import type { ISite } from './resources.ts';
import { numberOf, options, script, type IAsk } from './script.ts';
import { timeOf } from './states.ts';
import { forget, keep } from './ticket.ts';

const RETRY_MS = 5_000;
/** What sbatch has accepted and squeue does not show is not asked for again before. */
const ACCEPTED_MS = 60_000;
/** A claim waits so long for the scheduler to say that its job runs. */
const CLAIM_MS = 15_000;

export interface ISlurmOptions {
  readonly name: string;
  /** jobs at once, or null: as many as the scheduler takes */
  readonly slots: number | null;
  /** numeric: a name could be an option */
  readonly uid: number;
  /** its name, for the accounting */
  readonly user: string;
  readonly cluster: ICluster;
  /** Lays the travelling runner out where jobs see it; names its folder. */
  readonly runner: () => Promise<string>;
  readonly runtimes: Runtimes;
  readonly clock: () => number;
  readonly site: ISite;
  readonly munge: Munge;
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
  /** the look that was told last: it tells nothing new */
  #told: ILook | null = null;
  /** since when each attempt is asked about */
  #since = new Map<string, number>();
  /** when sbatch said yes to each attempt that was not seen since */
  readonly #accepted = new Map<string, number>();
  /** since when each attempt is about to go */
  readonly #leaving = new Map<string, number>();

  constructor(options: ISlurmOptions) {
    this.name = options.name;
    this.slots = options.slots;
    this.#options = options;
    const { commands } = options.cluster;
    this.#preflight = new ClusterPreflight({ ...options, commands });
  }

  notice(): string | null {
    return null;
  }

  weigh(wish: IWish): Promise<IWeighed> {
    return this.#preflight.look(wish);
  }

  offer(question: IRuntimeQuestion): Promise<RuntimeOffer> {
    return this.#options.runtimes.offer(question);
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
      this.#accepted.delete(attempt.id);
      return { kind: 'ok', job: jobOf(known, attempt) };
    }
    const since = this.#options.clock() - (this.#accepted.get(attempt.id) ?? 0);
    if (this.#accepted.has(attempt.id) && since < ACCEPTED_MS) {
      return { kind: 'retry', afterMs: RETRY_MS, why: UNKNOWN };
    }
    const { folder, environment, runtime } = attempt;
    const socket = await this.#options.munge.socket();
    await lay(folder, {
      ...variables(environment, runtime),
      // for the runner, which forgets it
      ...(socket === null ? {} : { JUPYTERLAB_BATCH_MUNGE: socket })
    });
    const into = await this.#preflight.partition(attempt.resources.partition);
    const ask: IAsk = {
      attempt: attempt.id,
      folder,
      python: runtime?.python ?? attempt.python,
      runner: await this.#options.runner(),
      timeLimit: attempt.timeLimit,
      partitionTime: into?.time ?? null,
      resources: attempt.resources
    };
    const said = await this.#options.cluster.commands.run(
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
    if (job !== undefined) {
      return { kind: 'ok', job: jobOf(job, attempt) };
    }
    if (said.kind === 'ok') {
      this.#accepted.set(attempt.id, this.#options.clock());
    }
    return { kind: 'retry', afterMs: RETRY_MS, why: whyOf(said, after) };
  }

  /** The ticket lies in the run folder already: see `ticket`. */
  arm(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async poll(
    jobs: ReadonlyMap<string, IJob>,
    { leased, stirred }: IAttention
  ): Promise<Map<string, Observation>> {
    const { lookout, ledger } = this.#options.cluster;
    if (this.#notes(jobs) || stirred) {
      lookout.stir();
    }
    const look = await lookout.watch(leased);
    if (look === this.#told) {
      return new Map();
    }
    this.#told = look;
    const { listing, at } = look;
    if (listing.kind === 'silent') {
      const { why } = listing;
      return new Map(
        [...jobs.keys()].map(id => [id, { state: 'unknown', why }])
      );
    }
    for (const job of superseded(listing.jobs, jobs)) {
      // lost, submitted anew, and there again: it would get no permit
      await this.#scancel(job);
    }
    const seen = new Map<string, Observation>();
    const absent = new Map<string, IJob>();
    for (const [attempt, job] of jobs) {
      const named = listing.jobs.filter(({ name }) => name === attempt);
      const [first, ...twins] = ordered(named, job);
      for (const twin of twins.filter(isLive)) {
        // sbatch was silent and asked again: the start permit lets one run
        await this.#scancel(twin);
      }
      if (first !== undefined) {
        const leaving = this.#leavingFor(attempt, first, at);
        seen.set(attempt, observe(first, job, leaving));
      } else if (at >= (this.#since.get(attempt) ?? Infinity)) {
        absent.set(attempt, job);
      }
    }
    // what the controller has forgotten may stand in the accounting
    const ends = await ledger.ends(absent);
    for (const [attempt, job] of absent) {
      const end = ends.get(attempt);
      seen.set(attempt, end ? observe(end, job, 0) : { state: 'absent' });
    }
    return seen;
  }

  async admits(claim: IClaim, job: IJob): Promise<Admission> {
    const running = this.#nodeOf(claim.attempt, job);
    // nobody waits for it where the claim is refused before
    running.catch(() => undefined);
    const heard = await this.#options.munge.hear(claim);
    if (heard.kind !== 'yes') {
      return heard;
    }
    const node = await running;
    return node === null
      ? { kind: 'wait', why: null }
      : this.#options.munge.fits(heard.origin, node);
  }

  /** The node that a job runs on, as soon as Slurm says that it runs; null: not in time. */
  async #nodeOf(attempt: string, { native }: IJob): Promise<string | null> {
    const { clock, cluster } = this.#options;
    const until = clock() + CLAIM_MS;
    let left = CLAIM_MS;
    while (left > 0) {
      const look = await within<ILook | null>(
        left,
        cluster.lookout.fresh(),
        null
      );
      const jobs = look?.listing.kind === 'ok' ? look.listing.jobs : [];
      const own = jobs.find(
        ({ id, name }) => id === native && name === attempt
      );
      if (own !== undefined && isRunning(own)) {
        return own.host;
      }
      left = until - clock();
    }
    return null;
  }

  fate(attempt: string, { native, proof }: IJob): Promise<Absence> {
    const { submitted } = proof;
    return fateOf(
      this.#options.cluster.commands,
      attempt,
      native,
      typeof submitted === 'string' ? timeOf(submitted) : null
    );
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
    const { listing } = await this.#options.cluster.lookout.fresh();
    if (listing.kind === 'silent') {
      return 1;
    }
    const own = listing.jobs.filter(({ name }) => name.startsWith(`${run}.`));
    const live = own.filter(isLive);
    for (const each of live) {
      await this.#scancel(each);
    }
    const folder = job?.proof['folder'];
    if (typeof folder === 'string') {
      await forget(folder);
    }
    return live.length + own.filter(isLeaving).length;
  }

  /** By number and name: a number alone may be somebody else's by now. */
  async #scancel({ id, name }: IQueued, more: string[] = []): Promise<void> {
    await this.#options.cluster.commands.run('scancel', [
      `--name=${name}`,
      `--user=${this.#options.uid}`,
      ...more,
      id
    ]);
  }

  async #find(attempt: string): Promise<Listing> {
    const { cluster, uid } = this.#options;
    const found = await list(cluster.commands, String(uid), attempt);
    return found.kind === 'ok'
      ? { kind: 'ok', jobs: ordered(found.jobs, null) }
      : found;
  }

  /** Keeps which attempts are asked about; true: there are others than before. */
  #notes(jobs: ReadonlyMap<string, IJob>): boolean {
    const now = this.#options.clock();
    const before = this.#since;
    this.#since = new Map(
      [...jobs.keys()].map(id => [id, before.get(id) ?? now])
    );
    for (const id of this.#leaving.keys()) {
      if (!jobs.has(id)) {
        this.#leaving.delete(id);
      }
    }
    return [...jobs.keys()].some(id => !before.has(id));
  }

  /** ms for which a job has been about to go. */
  #leavingFor(attempt: string, job: IQueued, at: number): number {
    if (!isLeaving(job)) {
      this.#leaving.delete(attempt);
      return 0;
    }
    const since = this.#leaving.get(attempt) ?? at;
    this.#leaving.set(attempt, since);
    return at - since;
  }
}

/** Living jobs of earlier attempts of these runs. Pure. */
function superseded(
  listed: readonly IQueued[],
  jobs: ReadonlyMap<string, IJob>
): IQueued[] {
  const current = new Map(
    [...jobs.keys()].map(id => [runOf(id), Number(numberOf(id))])
  );
  return listed.filter(
    job =>
      isLive(job) &&
      Number(numberOf(job.name)) < (current.get(runOf(job.name)) ?? 0)
  );
}

const runOf = (attempt: string): string =>
  attempt.slice(0, attempt.lastIndexOf('.'));

/** The committed one first, then those that live, then by number. */
function ordered(jobs: readonly IQueued[], job: IJob | null): IQueued[] {
  const rank = (each: IQueued): number =>
    each.id === job?.native ? 0 : isLive(each) ? 1 : 2;
  return jobs.toSorted(
    (left, right) =>
      rank(left) - rank(right) || Number(left.id) - Number(right.id)
  );
}

function jobOf(
  { id, name, submitted }: IQueued,
  { folder, resources }: IAttempt
): IJob {
  const proof = { name, folder, submitted, resources: { ...resources } };
  return { native: id, proof, waits: true };
}

const UNKNOWN = 'Slurm took the job and does not know it';

function whyOf(said: { kind: string }, after: Listing): string {
  return after.kind === 'silent'
    ? after.why
    : said.kind === 'ok'
      ? UNKNOWN
      : 'Slurm did not answer';
}
