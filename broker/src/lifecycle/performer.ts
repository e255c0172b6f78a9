import type { Agenda } from './agenda.ts';
import { backOff } from './backoff.ts';
import { timerEffect, type ITimers } from './timers.ts';
import { Trouble } from './trouble.ts';
import type {
  Clock,
  CrashPhase,
  IEffect,
  IIntent,
  IntentKind,
  Outcome
} from './types.ts';

const PARALLEL = 8;
/** The wall clock may jump (a laptop wakes up): look at it this often at least. */
const LONGEST_SLEEP = 10_000;
/** The clock may be set back by so much without anybody's notice; ms. */
const SLACK = 1000;
/** After `abort`, an effect has this long to return. */
const LAST_GRACE = 2000;

/** What the performer needs of the interpreter. */
export interface IPerformerHost {
  readonly dead: boolean;
  at(kind: IntentKind, phase: CrashPhase): void;
  outcome(intent: IIntent, outcome: Outcome): Promise<void>;
}

interface IPerformerOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: { error(fields: object, message: string): void };
}

interface IRegisteredEffect {
  readonly effect: IEffect;
  readonly parallel: number;
  /** how many are being performed, by lane */
  readonly running: Map<string, number>;
  readonly trouble: Map<string, Trouble>;
}

/**
 * Performs what is due, a bounded number of each kind and lane at a time: one
 * lane that hangs does not hold up another.
 */
export class Performer {
  readonly #host: IPerformerHost;
  readonly #agenda: Agenda;
  readonly #options: IPerformerOptions;
  readonly #timers: ITimers;
  readonly #effects = new Map<IntentKind, IRegisteredEffect>();
  readonly #performing = new Set<Promise<void>>();
  #active = false;
  #stopping = false;
  #callOff: (() => void) | null = null;
  /** the clock when it was last looked at */
  #seen = 0;

  constructor(
    host: IPerformerHost,
    agenda: Agenda,
    options: IPerformerOptions,
    timers: ITimers
  ) {
    this.#host = host;
    this.#agenda = agenda;
    this.#options = options;
    this.#timers = timers;
    this.register('timer', timerEffect, Infinity);
  }

  register(kind: IntentKind, effect: IEffect, parallel = PARALLEL): void {
    this.#effects.set(kind, {
      effect,
      parallel,
      running: new Map(),
      trouble: new Map()
    });
  }

  laneOf(intent: IIntent): string {
    return this.#effects.get(intent.kind)?.effect.lane?.(intent) ?? '';
  }

  /** Takes an intent from an earlier process; before `start`. */
  takeUp(intent: IIntent): void {
    const presses = this.#effects.get(intent.kind)?.effect.presses === true;
    const due = presses
      ? Math.min(intent.due, this.#options.clock())
      : intent.due;
    this.#agenda.add({ ...intent, due });
  }

  /** @param lastCommit when the earlier process made it, by its clock; ms */
  start(lastCommit: number): void {
    this.#active = true;
    this.#seen = lastCommit;
    this.pump();
  }

  /** Begins what is due and ready; sets the alarm for what is due next. */
  pump(): void {
    if (!this.#active || this.#host.dead) {
      return;
    }
    const now = this.#now();
    let wait = Infinity;
    for (const { kind, lane } of this.#agenda.lanes(now)) {
      const entry = this.#effects.get(kind);
      if (entry) {
        const trouble = entry.trouble.get(lane);
        const room = trouble?.room(now) ?? Infinity;
        this.#fill(entry, kind, lane, Math.min(room, entry.parallel));
        wait = room === 0 && trouble ? Math.min(wait, trouble.wait(now)) : wait;
      }
    }
    this.#setAlarm(now, wait);
  }

  /** Pauses are told by the clock, and are not to last longer where it is set back. */
  #now(): number {
    const now = this.#options.clock();
    if (now < this.#seen - SLACK) {
      this.#agenda.setBack(this.#seen - now);
    }
    this.#seen = now;
    return now;
  }

  #fill(
    entry: IRegisteredEffect,
    kind: IntentKind,
    lane: string,
    most: number
  ): void {
    const notReady: IIntent[] = [];
    while ((entry.running.get(lane) ?? 0) < most) {
      const intent = this.#agenda.take(kind, lane);
      if (!intent) {
        break;
      }
      if (this.#ready(entry.effect, intent)) {
        this.#begin(entry, intent, lane);
      } else {
        notReady.push(intent);
      }
    }
    notReady.forEach(intent => this.#agenda.giveBack(intent));
  }

  async stop(graceMs: number): Promise<void> {
    this.#active = false;
    this.#stopping = true;
    this.#callOff?.();
    await this.#finished(graceMs);
    this.#agenda.abortAll();
    await this.#finished(LAST_GRACE);
  }

  die(): void {
    this.#active = false;
    this.#callOff?.();
  }

  #ready(effect: IEffect, intent: IIntent): boolean {
    try {
      return effect.ready?.(intent) ?? true;
    } catch (error) {
      this.#defect(intent, error);
      return false;
    }
  }

  #begin(entry: IRegisteredEffect, intent: IIntent, lane: string): void {
    const count = (by: number) =>
      entry.running.set(lane, (entry.running.get(lane) ?? 0) + by);
    count(1);
    const work = this.#perform(entry, intent, lane, () => count(-1))
      .catch((error: unknown) => {
        if (!this.#host.dead) {
          this.#defect(intent, error);
        }
      })
      .finally(() => {
        this.#performing.delete(work);
      });
    this.#performing.add(work);
  }

  async #perform(
    entry: IRegisteredEffect,
    intent: IIntent,
    lane: string,
    over: () => void
  ): Promise<void> {
    const signal = this.#agenda.begin(intent.id);
    let outcome: Outcome;
    try {
      outcome = await entry.effect.perform(intent, signal);
      this.#judge(entry, lane, outcome);
    } catch (error) {
      this.#defect(intent, error);
      outcome = { kind: 'retry', afterMs: this.#pause(intent.tries + 1) };
    } finally {
      over();
    }
    if (this.#host.dead) {
      return;
    }
    if (this.#agenda.get(intent.id)) {
      this.#agenda.rest(intent.id);
    }
    this.#host.at(intent.kind, 'after_effect');
    await this.#report(intent, outcome);
  }

  #judge(entry: IRegisteredEffect, lane: string, outcome: Outcome): void {
    const { effect, trouble } = entry;
    if (effect.isTrouble) {
      const own = trouble.get(lane) ?? new Trouble();
      trouble.set(lane, own);
      const { clock, random } = this.#options;
      own.note(effect.isTrouble(outcome), clock(), random());
    }
  }

  /** The effect has happened: its outcome is offered until it is committed. */
  async #report(intent: IIntent, outcome: Outcome): Promise<void> {
    for (let tries = 1; !this.#host.dead; tries += 1) {
      try {
        await this.#host.outcome(intent, outcome);
        return;
      } catch (error) {
        if (this.#host.dead || this.#stopping) {
          return;
        }
        this.#defect(intent, error);
        await this.#sleep(this.#pause(tries));
      }
    }
  }

  /** @param wait ms until a lane that is in trouble may be tried again */
  #setAlarm(now: number, wait: number): void {
    this.#callOff?.();
    const next = Math.min(this.#agenda.next() ?? Infinity, now + wait);
    if (next === Infinity) {
      this.#callOff = null;
      return;
    }
    const ms = Math.min(Math.max(next - now, 0), LONGEST_SLEEP);
    this.#callOff = this.#timers.set(ms, () => this.pump());
  }

  #pause(tries: number): number {
    return backOff(tries, this.#options.random());
  }

  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => this.#timers.set(ms, resolve));
  }

  /** Resolves when nothing is being performed any more, or after so many ms. */
  async #finished(ms: number): Promise<void> {
    if (this.#performing.size === 0) {
      return;
    }
    let callOff: () => void = () => undefined;
    const alarm = new Promise<void>(resolve => {
      callOff = this.#timers.set(ms, resolve);
    });
    await Promise.race([Promise.allSettled([...this.#performing]), alarm]);
    callOff();
  }

  #defect(intent: IIntent, error: unknown): void {
    const { id, machine, subject, kind, tries } = intent;
    this.#options.log.error(
      { err: error, intent: id, machine, subject, kind, tries },
      'a defect while an intent was performed; it will be tried again'
    );
  }
}
