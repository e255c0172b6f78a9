import { Heap, type IDue } from './heap.ts';
import {
  STOPPING,
  type IIntent,
  type IntentKind,
  type MachineName
} from './types.ts';

/** Names a subject in maps. */
export function subjectKey(machine: MachineName, id: string): string {
  return `${machine}/${id}`;
}

interface IEntry {
  intent: IIntent;
  state: 'waiting' | 'taken';
  /** set while it is being performed */
  running: AbortController | null;
}

/** Intents of a kind that share what they are performed by. */
interface ILane {
  /** not due yet when it was last looked at */
  readonly later: Heap;
  readonly due: Heap;
}

/**
 * The committed intents, in memory: what waits, what is being performed, what
 * belongs to whom. The database holds the same rows; this is only the index.
 */
export class Agenda {
  readonly #entries = new Map<number, IEntry>();
  readonly #bySubject = new Map<string, Set<number>>();
  readonly #lanes = new Map<IntentKind, Map<string, ILane>>();
  readonly #laneOf: (intent: IIntent) => string;

  constructor(laneOf: (intent: IIntent) => string = () => '') {
    this.#laneOf = laneOf;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: number): IIntent | null {
    return this.#entries.get(id)?.intent ?? null;
  }

  add(intent: IIntent): void {
    this.#entries.set(intent.id, { intent, state: 'waiting', running: null });
    const key = subjectKey(intent.machine, intent.subject);
    const own = this.#bySubject.get(key) ?? new Set();
    this.#bySubject.set(key, own.add(intent.id));
    this.#lane(intent).later.push(intent);
  }

  /** Forgets an intent; one that is being performed has its signal aborted. */
  remove(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) {
      return;
    }
    this.#entries.delete(id);
    const key = subjectKey(entry.intent.machine, entry.intent.subject);
    const own = this.#bySubject.get(key);
    own?.delete(id);
    if (own?.size === 0) {
      this.#bySubject.delete(key);
    }
    entry.running?.abort();
  }

  /** Takes an intent into performance that `take` gave out. */
  begin(id: number): AbortSignal {
    const entry = this.#entries.get(id);
    if (entry?.state !== 'taken' || entry.running) {
      throw new Error(`intent ${id} is not to be begun`);
    }
    entry.running = new AbortController();
    return entry.running.signal;
  }

  /** Gives a taken intent back, to be asked about again. */
  giveBack(intent: IIntent): void {
    const entry = this.#entries.get(intent.id);
    if (entry) {
      entry.state = 'waiting';
      this.#lane(intent).due.push(intent);
    }
  }

  /** The performance is over; its outcome is yet to be committed. */
  rest(id: number): void {
    const entry = this.#entries.get(id);
    if (entry) {
      entry.running = null;
    }
  }

  /** Puts an intent back to wait until it is due again. */
  postpone(id: number, due: number, tries: number): void {
    const entry = this.#entries.get(id);
    if (entry) {
      entry.running = null;
      entry.state = 'waiting';
      entry.intent = { ...entry.intent, due, tries };
      this.#lane(entry.intent).later.push(entry.intent);
    }
  }

  /** The clock was set back by so many ms: what waits does not wait longer for it. */
  setBack(ms: number): void {
    for (const { later } of this.#allLanes()) {
      const waiting: IDue[] = [];
      for (let item = later.pop(); item; item = later.pop()) {
        waiting.push(item);
      }
      for (const item of waiting) {
        const entry = this.#fresh(item);
        if (entry) {
          entry.intent = { ...entry.intent, due: entry.intent.due - ms };
          later.push(entry.intent);
        }
      }
    }
  }

  of(machine: MachineName, id: string): IIntent[] {
    const own = this.#bySubject.get(subjectKey(machine, id)) ?? [];
    return [...own].flatMap(each => this.get(each) ?? []);
  }

  /** The lanes of which something may be due, by kind. */
  *lanes(now: number): Iterable<{ kind: IntentKind; lane: string }> {
    for (const [kind, lanes] of this.#lanes) {
      for (const [lane, { later, due }] of lanes) {
        while (later.first && later.first.due <= now) {
          due.push(later.pop() as IDue);
        }
        if (due.first) {
          yield { kind, lane };
        }
      }
    }
  }

  /** The earliest intent of a lane that is due; it waits no more. */
  take(kind: IntentKind, lane: string): IIntent | null {
    const { due } = this.#lanes.get(kind)?.get(lane) ?? {};
    for (let item = due?.pop(); item; item = due?.pop()) {
      const entry = this.#fresh(item);
      if (entry) {
        entry.state = 'taken';
        return entry.intent;
      }
    }
    return null;
  }

  /** When the next intent that is not due yet will be; null: none is. */
  next(): number | null {
    let next: number | null = null;
    for (const { later } of this.#allLanes()) {
      while (later.first && !this.#fresh(later.first)) {
        later.pop();
      }
      if (later.first && (next === null || later.first.due < next)) {
        next = later.first.due;
      }
    }
    return next;
  }

  abortAll(): void {
    for (const entry of this.#entries.values()) {
      entry.running?.abort(STOPPING);
    }
  }

  /** The entry that a heap's item stands for, unless it is an old one. */
  #fresh({ id, due }: IDue): IEntry | null {
    const entry = this.#entries.get(id);
    return entry?.state === 'waiting' && entry.intent.due === due
      ? entry
      : null;
  }

  *#allLanes(): Iterable<ILane> {
    for (const lanes of this.#lanes.values()) {
      yield* lanes.values();
    }
  }

  #lane(intent: IIntent): ILane {
    const lanes = this.#lanes.get(intent.kind) ?? new Map<string, ILane>();
    this.#lanes.set(intent.kind, lanes);
    const name = this.#laneOf(intent);
    const lane = lanes.get(name) ?? { later: new Heap(), due: new Heap() };
    lanes.set(name, lane);
    return lane;
  }
}
