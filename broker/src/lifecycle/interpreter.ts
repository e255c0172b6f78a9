import { Agenda } from './agenda.ts';
import { Draft, type IRegistered } from './draft.ts';
import { FailPoint } from './failpoints.ts';
import { Performer, type IPerformerHost } from './performer.ts';
import type { IExtra, ILifecycleStore, Projection } from './ports.ts';
import { systemTimers, type ITimers } from './timers.ts';
import type {
  Clock,
  CrashPhase,
  IDispatcher,
  IEffect,
  IEvent,
  IIntent,
  IIntentDraft,
  IMachine,
  IntentKind,
  ISend,
  MachineName,
  Outcome
} from './types.ts';

/** Events that one transaction takes together, so that they share one fsync. */
const GROUP = 32;

/** pino's shape. Only names, ids and types are logged, never an event's content. */
export interface ILog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface IInterpreterOptions {
  readonly store: ILifecycleStore;
  readonly clock: Clock;
  /** in [0, 1) */
  readonly random: () => number;
  readonly log: ILog;
  /** where to die, `kind:phase` or `kind:phase#2`; null or absent: nowhere */
  readonly failPoint?: string | null;
  /** ends the process (main: SIGKILL to itself); tests throw a `Crash` */
  readonly crash?: () => void;
  readonly timers?: ITimers;
}

export interface IBirthOptions {
  readonly intents?: readonly IIntentDraft[];
  readonly sends?: readonly ISend[];
}

export interface ICreateOptions extends IBirthOptions {
  /** rows of the same transaction: idempotency key, plan */
  readonly extra?: IExtra;
  /** subjects created in the same transaction, before this one's sends arrive */
  readonly also?: readonly (IBirthOptions & {
    readonly machine: MachineName;
    readonly id: string;
    readonly state: object;
  })[];
}

export type Created =
  | { readonly created: true }
  /** the key was used before: nothing was created; `run` is what it made then */
  | { readonly created: false; readonly run: string; readonly hash: string };

/** Something that wants to be part of a transaction. */
interface IJob {
  apply(draft: Draft): Promise<void>;
  done(): void;
  failed(error: unknown): void;
  /** two jobs with the same key cannot share a transaction */
  readonly key: string | null;
  /** kind of the intent whose outcome this is */
  readonly outcomeOf: IntentKind | null;
}

/**
 * Runs every life-cycle: step → commit (state, audit row, intents, and all that
 * is sent on, in one transaction) → perform the intents → their outcomes are
 * the next events. Steps are serial; effects run side by side.
 *
 * After a `crash` that returns by throwing, nothing is executed or committed
 * any more and every call rejects.
 */
export class Interpreter implements IDispatcher, IPerformerHost {
  readonly #store: ILifecycleStore;
  readonly #clock: Clock;
  readonly #log: ILog;
  readonly #failPoint: FailPoint;
  readonly #timers: ITimers;
  readonly #registry = new Map<MachineName, IRegistered>();
  readonly #agenda = new Agenda(intent => this.#performer.laneOf(intent));
  readonly #performer: Performer;
  #queue: IJob[] = [];
  #draining: Promise<void> | null = null;
  #nextIntent = 0;
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  #death: { readonly error: unknown } | null = null;

  constructor(options: IInterpreterOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#timers = options.timers ?? systemTimers;
    this.#failPoint = new FailPoint(
      options.failPoint ?? null,
      options.crash ?? (() => undefined)
    );
    this.#performer = new Performer(this, this.#agenda, options, this.#timers);
  }

  /**
   * Adds a machine; before `start`.
   *
   * @param projection what the subject's row shows; null erases the subject
   */
  register<S extends object, E extends IEvent>(
    machine: IMachine<S, E>,
    projection: Projection<S>
  ): void {
    // Its states come back from the store as this machine wrote them.
    const project = (state: object) => projection(state as S);
    this.#registry.set(machine.name, { machine, project });
  }

  /**
   * Adds what performs a kind of intent; before `start`. `timer` is built in:
   * its payload is `{event}`, fed to the subject when due.
   *
   * `perform` is entered before `ready` is asked about the next intent, so an
   * effect that counts in `perform` (before its first await) counts right.
   *
   * @param parallel how many of a lane are performed at once (default 8)
   */
  effect(kind: IntentKind, effect: IEffect, parallel?: number): void {
    this.#performer.register(kind, effect, parallel);
  }

  /** Takes up what an earlier process left, and begins to perform. */
  async start(): Promise<void> {
    const { intents, nextIntent, lastCommit } = await this.#store.recover();
    this.#nextIntent = Math.max(this.#nextIntent, nextIntent);
    intents.forEach(intent => this.#performer.takeUp(intent));
    this.#state = 'running';
    this.#performer.start(lastCommit);
    this.#drain();
  }

  /**
   * Begins nothing new, lets what is being performed finish for a while, then
   * aborts it; commits every outcome that comes. What is left comes back with
   * the next start.
   */
  async stop(graceMs = 5000): Promise<void> {
    if (this.#state !== 'running') {
      this.#state = 'stopped';
      return;
    }
    this.#state = 'stopping';
    await this.#performer.stop(graceMs);
    while (this.#draining) {
      await this.#draining;
    }
    this.#state = 'stopped';
  }

  /** Asks `ready` again and looks at the clock; for who knows of a change. */
  wake(): void {
    this.#performer.pump();
  }

  /**
   * Creates a subject (and `also` others), with its first intents and what it
   * sends, in one transaction. Resolves once that is committed.
   *
   * @throws BatchError `disk_full`
   */
  create(
    machine: MachineName,
    id: string,
    state: object,
    { intents, sends, extra = {}, also = [] }: ICreateOptions = {}
  ): Promise<Created> {
    const births = [{ machine, id, state, intents, sends }, ...also].map(
      birth => ({
        ...birth,
        intents: birth.intents ?? [],
        sends: birth.sends ?? []
      })
    );
    return this.#enqueue<Created>(async draft => {
      const key = extra.idempotency?.key;
      const used = key === undefined ? null : await this.#store.findKey(key);
      if (used) {
        return { created: false, ...used };
      }
      await draft.create(births, extra);
      return { created: true };
    }, extra.idempotency?.key ?? null);
  }

  /**
   * Feeds one event and commits its step with all that it sends on.
   *
   * @returns the state after it (null: no such subject), and whether it did fit
   */
  dispatch(
    machine: MachineName,
    subject: string,
    event: IEvent
  ): Promise<{ state: unknown; fits: boolean; detail: string | null }> {
    return this.#enqueue(draft => draft.feed(machine, subject, event));
  }

  /** @internal the performer's: commits an outcome; resolves when it is. */
  outcome(intent: IIntent, outcome: Outcome): Promise<void> {
    const { id, machine, subject, kind, tries } = intent;
    return this.#enqueue(
      async draft => {
        const { event } = outcome;
        if (!draft.wants(id)) {
          if (event) {
            await draft.late(machine, subject, event);
          }
          return;
        }
        if (outcome.kind === 'retry') {
          draft.postpone(id, outcome.afterMs, tries + 1);
        } else {
          draft.remove(id);
        }
        if (event) {
          await draft.feed(machine, subject, event);
        }
      },
      null,
      kind
    );
  }

  /** @internal the performer's: dies here if it should. */
  at(kind: IntentKind, phase: CrashPhase): void {
    try {
      this.#failPoint.hit(kind, phase);
    } catch (error) {
      this.#die(error);
      throw error;
    }
  }

  /** @internal the performer's */
  get dead(): boolean {
    return this.#death !== null;
  }

  #enqueue<T>(
    apply: (draft: Draft) => Promise<T>,
    key: string | null = null,
    outcomeOf: IntentKind | null = null
  ): Promise<T> {
    if (this.#death) {
      return Promise.reject(asError(this.#death.error));
    }
    if (this.#state === 'stopped') {
      return Promise.reject(new Error('The interpreter is stopped.'));
    }
    return new Promise<T>((resolve, reject) => {
      let result: { readonly value: T } | null = null;
      this.#queue.push({
        key,
        outcomeOf,
        apply: async draft => {
          result = { value: await apply(draft) };
        },
        done: () => result && resolve(result.value),
        failed: error => reject(asError(error))
      });
      this.#drain();
    });
  }

  #drain(): void {
    if (this.#state === 'new' || this.#draining) {
      return;
    }
    this.#draining = this.#work().finally(() => {
      this.#draining = null;
      // What came after the last look and before this line.
      if (this.#queue.length > 0 && !this.#death) {
        this.#drain();
      }
    });
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0 && !this.#death) {
      // What came while the disk was waited for comes together: one fsync for all.
      await new Promise(resolve => setImmediate(resolve));
      await this.#transact(this.#take());
      this.#performer.pump();
    }
  }

  #take(): IJob[] {
    const jobs: IJob[] = [];
    const keys = new Set<string>();
    for (const job of this.#queue.slice(0, GROUP)) {
      if (job.key !== null && keys.has(job.key)) {
        break;
      }
      if (job.key !== null) {
        keys.add(job.key);
      }
      jobs.push(job);
    }
    this.#queue = this.#queue.slice(jobs.length);
    return jobs;
  }

  /** One transaction for these jobs; where it fails, one for each. */
  async #transact(jobs: readonly IJob[]): Promise<void> {
    const draft = new Draft({
      registry: this.#registry,
      store: this.#store,
      agenda: this.#agenda,
      now: this.#clock(),
      nextIntent: () => this.#nextIntent++
    });
    const joined: IJob[] = [];
    for (const job of jobs) {
      const fork = draft.fork();
      try {
        await job.apply(fork);
        draft.join(fork);
        joined.push(job);
      } catch (error) {
        job.failed(error);
      }
    }
    try {
      if (!draft.empty) {
        draft.added.forEach(({ kind }) => this.at(kind, 'before_commit'));
        await this.#store.commit(draft.commit());
      }
    } catch (error) {
      if (this.#death || joined.length < 2) {
        joined.forEach(job => job.failed(error));
        return;
      }
      for (const job of joined) {
        await this.#transact([job]);
      }
      return;
    }
    this.#committed(draft, joined);
  }

  #committed(draft: Draft, jobs: readonly IJob[]): void {
    const { intents, removed, postponed } = draft.commit();
    removed.forEach(id => this.#agenda.remove(id));
    postponed.forEach(({ id, due, tries }) =>
      this.#agenda.postpone(id, due, tries)
    );
    intents.forEach(intent => this.#agenda.add(intent));
    try {
      jobs.forEach(
        ({ outcomeOf }) => outcomeOf && this.at(outcomeOf, 'after_outcome')
      );
      intents.forEach(({ kind }) => this.at(kind, 'after_commit'));
    } catch (error) {
      jobs.forEach(job => job.failed(error));
      return;
    }
    jobs.forEach(job => job.done());
  }

  #die(error: unknown): void {
    this.#death = { error };
    this.#queue.forEach(job => job.failed(error));
    this.#queue = [];
    this.#performer.die();
    this.#log.error({}, 'died at a crash point');
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
