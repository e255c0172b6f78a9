import type { IIntent, IntentKind, MachineName } from './types.ts';

/** Names a subject in maps. */
export function subjectKey(machine: MachineName, id: string): string {
  return `${machine}/${id}`;
}

interface IEntry {
  intent: IIntent;
  /** set while it is being performed */
  running: AbortController | null;
}

/**
 * The committed intents, in memory: what waits, what is being performed, what
 * belongs to whom. The database holds the same rows; this is only the index.
 */
export class Agenda {
  readonly #entries = new Map<number, IEntry>();
  readonly #bySubject = new Map<string, Set<number>>();
  readonly #waiting = new Map<IntentKind, Set<number>>();

  get size(): number {
    return this.#entries.size;
  }

  get(id: number): IIntent | null {
    return this.#entries.get(id)?.intent ?? null;
  }

  add(intent: IIntent): void {
    this.#entries.set(intent.id, { intent, running: null });
    const key = subjectKey(intent.machine, intent.subject);
    setOf(this.#bySubject, key).add(intent.id);
    setOf(this.#waiting, intent.kind).add(intent.id);
  }

  /** Forgets an intent; one that is being performed has its signal aborted. */
  remove(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) {
      return;
    }
    this.#entries.delete(id);
    this.#waiting.get(entry.intent.kind)?.delete(id);
    const key = subjectKey(entry.intent.machine, entry.intent.subject);
    const own = this.#bySubject.get(key);
    own?.delete(id);
    if (own?.size === 0) {
      this.#bySubject.delete(key);
    }
    entry.running?.abort();
  }

  /** Takes a waiting intent into performance. */
  begin(id: number): AbortSignal {
    const entry = this.#entries.get(id);
    if (!entry || !this.#waiting.get(entry.intent.kind)?.delete(id)) {
      throw new Error(`intent ${id} does not wait`);
    }
    entry.running = new AbortController();
    return entry.running.signal;
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
      entry.intent = { ...entry.intent, due, tries };
      setOf(this.#waiting, entry.intent.kind).add(id);
    }
  }

  of(machine: MachineName, id: string): IIntent[] {
    const own = this.#bySubject.get(subjectKey(machine, id)) ?? [];
    return [...own].flatMap(each => this.get(each) ?? []);
  }

  /** Waiting intents of a kind whose time has come, in due order. */
  due(kind: IntentKind, now: number): IIntent[] {
    const found: IIntent[] = [];
    for (const id of this.#waiting.get(kind) ?? []) {
      const intent = this.get(id);
      if (intent && intent.due <= now) {
        found.push(intent);
      }
    }
    return found.sort((a, b) => a.due - b.due || a.id - b.id);
  }

  /** Kinds of which something waits. */
  kinds(): IntentKind[] {
    return [...this.#waiting].flatMap(([kind, ids]) =>
      ids.size ? [kind] : []
    );
  }

  /** When the next waiting intent after `now` is due; null: none is. */
  next(now: number): number | null {
    let next: number | null = null;
    for (const ids of this.#waiting.values()) {
      for (const id of ids) {
        const due = this.get(id)?.due ?? 0;
        if (due > now && (next === null || due < next)) {
          next = due;
        }
      }
    }
    return next;
  }

  abortAll(): void {
    for (const entry of this.#entries.values()) {
      entry.running?.abort();
    }
  }
}

function setOf<K>(map: Map<K, Set<number>>, key: K): Set<number> {
  const found = map.get(key) ?? new Set<number>();
  map.set(key, found);
  return found;
}
