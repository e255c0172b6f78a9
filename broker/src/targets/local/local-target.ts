import { RESOURCE_NAMES, type RuntimeOffer } from '@jupyterlab-batch/protocol';

import { Secret } from '../../secrets/secret.ts';
import { variables, type Runtimes } from '../runtimes/index.ts';
import type {
  Absence,
  Admission,
  IAttempt,
  IJob,
  IRuntimeQuestion,
  ITarget,
  IWeighed,
  IWish,
  Observation,
  SubmitResult
} from '../target.ts';
import {
  ATTEMPT_MARK,
  Child,
  RUN_MARK,
  runner,
  start,
  wasStarted,
  type Command
} from './child.ts';
import { surroundings } from './notice.ts';
import type { IProcessTable } from './processes.ts';
import { find, jobOf } from './proof.ts';
import { leave, signal, sweep } from './sweep.ts';
import { processTable } from './table.ts';

const RETRY_MS = 2_000;
/** Half of the second in which a dead local process has to be known. */
const WATCH_MS = 500;
/** An end is kept for whoever asks late; no run asks that late. */
const ENDS_KEPT = 1_000;

export interface ILocalOptions {
  readonly name: string;
  readonly slots: number;
  readonly runtimes: Runtimes;
  /** Lays our package out for the kernels of other environments; names its folder. */
  readonly package: () => Promise<string>;
  /** the broker's own; only to say what it runs in */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly command?: Command;
  readonly table?: IProcessTable;
}

/** Runs attempts as processes of this machine, which outlive the broker. */
export class LocalTarget implements ITarget {
  readonly name: string;
  readonly scheduler = 'local';
  readonly slots: number;
  readonly #command: Command;
  readonly #runtimes: Runtimes;
  readonly #package: () => Promise<string>;
  readonly #table: IProcessTable;
  readonly #notice: string | null;
  readonly #children = new Map<string, Child>();
  readonly #starting = new Map<string, Promise<SubmitResult>>();
  /** jobs of an earlier broker, which no exit event will tell of */
  readonly #adopted = new Map<string, IJob>();
  readonly #listeners: ((attempt: string) => void)[] = [];
  #watch: NodeJS.Timeout | null = null;

  constructor(options: ILocalOptions) {
    this.name = options.name;
    this.slots = options.slots;
    this.#command = options.command ?? runner;
    this.#runtimes = options.runtimes;
    this.#package = options.package;
    this.#table = options.table ?? processTable();
    this.#notice = surroundings(options.environment ?? process.env);
  }

  notice(): string | null {
    return this.#notice;
  }

  async weigh(wish: IWish): Promise<IWeighed> {
    const { resources, limit } = wish;
    const { used, problems } = await this.#runtimes.check(wish);
    const asked = RESOURCE_NAMES.find(name => resources[name]?.trim());
    return {
      fields: [],
      problems: asked
        ? [
            ...problems,
            {
              code: 'resource_unavailable',
              severity: 'error',
              message: `${this.name} is one machine: there is no ${asked} to ask for. Leave it out, or choose a cluster.`,
              resource: null
            }
          ]
        : problems,
      resources: {},
      runtime: used,
      timeLimit: limit,
      startsAt: null
    };
  }

  offer(question: IRuntimeQuestion): Promise<RuntimeOffer> {
    return this.#runtimes.offer(question);
  }

  runtime(): null {
    return null;
  }

  ticket(): Promise<Secret> {
    return Promise.resolve(Secret.random());
  }

  /** It was started when it was submitted. */
  admits(): Promise<Admission> {
    return Promise.resolve({ kind: 'yes' });
  }

  /** A process is there or gone. */
  fate(): Promise<Absence> {
    return Promise.resolve({ kind: 'unknown' });
  }

  submit(attempt: IAttempt): Promise<SubmitResult> {
    const known = this.#starting.get(attempt.id);
    if (known !== undefined) {
      return known;
    }
    const result = this.#submit(attempt).finally(() =>
      this.#starting.delete(attempt.id)
    );
    this.#starting.set(attempt.id, result);
    return result;
  }

  async arm(attempt: string, ticket: Secret): Promise<boolean> {
    return (await this.#children.get(attempt)?.arm(ticket)) ?? false;
  }

  async poll(
    jobs: ReadonlyMap<string, IJob>
  ): Promise<Map<string, Observation>> {
    const seen = new Map<string, Observation>();
    for (const [attempt, job] of jobs) {
      const observation = this.#observe(attempt, job);
      seen.set(attempt, observation);
      if (observation.state === 'running' && !this.#children.has(attempt)) {
        this.#adopt(attempt, job);
      }
    }
    return seen;
  }

  onGone(listener: (attempt: string) => void): void {
    this.#listeners.push(listener);
  }

  async cancel(attempt: string, job: IJob): Promise<void> {
    const own = this.#children.get(attempt);
    if (own !== undefined) {
      own.kill('SIGTERM');
      return;
    }
    const { process } = find(job, this.#table);
    if (process !== null) {
      signal(process, 'SIGTERM', this.#table);
    }
  }

  sweep(run: string, job: IJob | null): Promise<number> {
    const held = [...this.#children.values()].filter(
      child => child.run === run
    );
    const mark = { name: RUN_MARK, value: run, run };
    return sweep(mark, job, this.#table, held);
  }

  /** Stops watching; what runs goes on. */
  close(): void {
    if (this.#watch !== null) {
      clearInterval(this.#watch);
      this.#watch = null;
    }
    this.#adopted.clear();
  }

  async #submit(attempt: IAttempt): Promise<SubmitResult> {
    const own = this.#children.get(attempt.id);
    if (own !== undefined) {
      return { kind: 'ok', job: jobOf(own.process, this.#table) };
    }
    // A broker that was killed between start and commit: its child finds the
    // pipe closed and leaves by itself. It must have left before a second start.
    const mark = { name: ATTEMPT_MARK, value: attempt.id, run: attempt.run };
    const left = (await wasStarted(attempt))
      ? await leave(mark, this.#table)
      : 0;
    if (left > 0) {
      const why = `${left} processes of this attempt cannot be ended`;
      return { kind: 'retry', afterMs: RETRY_MS, why };
    }
    const environment = await this.#environment(attempt);
    const started = await start(
      { ...attempt, environment },
      this.#command,
      this.#table
    );
    if (started.kind !== 'ok') {
      return started.kind === 'retry'
        ? { ...started, afterMs: RETRY_MS }
        : started;
    }
    this.#keep(attempt.id, started.child);
    return { kind: 'ok', job: jobOf(started.child.process, this.#table) };
  }

  /** The runner stays ours; its kernel finds `jupyterlab_batch.job` beside what is its own. */
  async #environment({
    environment,
    runtime
  }: IAttempt): Promise<Readonly<Record<string, string>>> {
    if (runtime === null) {
      return environment;
    }
    const own = environment['PYTHONPATH'];
    const path = [await this.#package(), ...(own ? [own] : [])].join(':');
    return { ...variables(environment, runtime), PYTHONPATH: path };
  }

  #keep(attempt: string, child: Child): void {
    for (const [id, old] of this.#children) {
      if (this.#children.size < ENDS_KEPT) {
        break;
      }
      if (old.observation.state === 'gone') {
        this.#children.delete(id);
      }
    }
    this.#children.set(attempt, child);
    void child.ended.then(() => this.#tell(attempt));
  }

  #observe(attempt: string, job: IJob): Observation {
    const own = this.#children.get(attempt);
    if (own !== undefined) {
      return own.observation;
    }
    const found = find(job, this.#table);
    return found.process === null ? found.observation : { state: 'running' };
  }

  #adopt(attempt: string, job: IJob): void {
    this.#adopted.set(attempt, job);
    this.#watch ??= setInterval(() => this.#look(), WATCH_MS).unref();
  }

  #look(): void {
    for (const [attempt, job] of this.#adopted) {
      const { state } = this.#observe(attempt, job);
      if (state === 'gone' || state === 'host_gone') {
        this.#adopted.delete(attempt);
        this.#tell(attempt);
      }
    }
    if (this.#adopted.size === 0) {
      this.close();
    }
  }

  #tell(attempt: string): void {
    for (const listener of this.#listeners) {
      listener(attempt);
    }
  }
}
