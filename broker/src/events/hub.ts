/** One committed change of a run. */
export interface IChangeNews {
  readonly id: string;
  /** null: deleted */
  readonly state: string | null;
  readonly revision: number;
  /** the run is over (or deleted): told at once */
  readonly ended: boolean;
}

/** One alarm; injected, so that tests own the time. */
export interface IAlarm {
  /** Calls `ring` once after so many ms; returns how to call it off. */
  set(ms: number, ring: () => void): () => void;
}

export interface IHubOptions {
  readonly clock: () => number;
  readonly alarm: IAlarm;
  /** ms between two tellings about one run that goes on */
  readonly every?: number;
  /** runs that may wait for a slow reader before it has to load anew */
  readonly capacity?: number;
}

/** `reset`: too much was missed; ask for everything after the revision. */
export type News<C extends IChangeNews> =
  | { readonly kind: 'change'; readonly change: C }
  | { readonly kind: 'reset'; readonly revision: number };

const EVERY = 500;
const CAPACITY = 1000;

/**
 * Passes committed changes on to whoever listens. Of a run that changes often,
 * the latest state is told at most twice a second; the end at once. A reader
 * that does not read costs one entry per run and, beyond the capacity, one
 * `reset`: nothing ever waits for it.
 */
export class ChangeHub<C extends IChangeNews> {
  readonly #options: Required<IHubOptions>;
  readonly #subscriptions = new Set<Subscription<C>>();

  constructor(options: IHubOptions) {
    this.#options = { every: EVERY, capacity: CAPACITY, ...options };
  }

  /** How many listen. */
  get size(): number {
    return this.#subscriptions.size;
  }

  publish(changes: readonly C[]): void {
    for (const subscription of this.#subscriptions) {
      subscription.offer(changes);
    }
  }

  /** Listens from now on; iterate over it, and `close` it (or leave the loop). */
  subscribe(): Subscription<C> {
    const subscription = new Subscription<C>(this.#options, () => {
      this.#subscriptions.delete(subscription);
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  close(): void {
    for (const subscription of [...this.#subscriptions]) {
      subscription.close();
    }
  }
}

/** What one reader has not read yet, and when it may be told of it. */
export class Subscription<C extends IChangeNews> {
  readonly #options: Required<IHubOptions>;
  readonly #left: () => void;
  /** the latest change of each run, oldest first */
  readonly #waiting = new Map<string, C>();
  /** when a run was last told of; only of runs that may be throttled */
  readonly #told = new Map<string, number>();
  #reset: number | null = null;
  #reader: (() => void) | null = null;
  #callOff: (() => void) | null = null;
  #closed = false;

  constructor(options: Required<IHubOptions>, left: () => void) {
    this.#options = options;
    this.#left = left;
  }

  offer(changes: readonly C[]): void {
    for (const change of changes) {
      if (this.#reset !== null) {
        this.#reset = change.revision;
        continue;
      }
      // Re-inserted, so that what is told has rising revisions.
      this.#waiting.delete(change.id);
      this.#waiting.set(change.id, change);
      if (this.#waiting.size > this.#options.capacity) {
        this.#waiting.clear();
        this.#told.clear();
        this.#reset = change.revision;
      }
    }
    this.#wake();
  }

  /** The next piece of news; null: closed. One reader at a time. */
  async next(): Promise<News<C> | null> {
    for (;;) {
      if (this.#closed) {
        return null;
      }
      const news = this.#take();
      if (news) {
        return news;
      }
      await new Promise<void>(resolve => {
        this.#reader = resolve;
      });
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<News<C>> {
    try {
      for (let news = await this.next(); news; news = await this.next()) {
        yield news;
      }
    } finally {
      this.close();
    }
  }

  close(): void {
    this.#closed = true;
    this.#callOff?.();
    this.#waiting.clear();
    this.#left();
    this.#wake();
  }

  #take(): News<C> | null {
    if (this.#reset !== null) {
      const revision = this.#reset;
      this.#reset = null;
      return { kind: 'reset', revision };
    }
    const now = this.#options.clock();
    let soonest = Infinity;
    for (const [id, change] of this.#waiting) {
      const due = change.ended ? now : this.#due(id);
      if (due <= now) {
        this.#waiting.delete(id);
        this.#remember(change, now);
        return { kind: 'change', change };
      }
      soonest = Math.min(soonest, due);
    }
    this.#callOff?.();
    this.#callOff =
      soonest === Infinity
        ? null
        : this.#options.alarm.set(soonest - now, () => this.#wake());
    return null;
  }

  #due(id: string): number {
    const told = this.#told.get(id);
    return told === undefined ? 0 : told + this.#options.every;
  }

  #remember(change: C, now: number): void {
    this.#told.delete(change.id);
    if (!change.ended) {
      this.#told.set(change.id, now);
    }
    // Insertion order is time order: the old ones are in front.
    for (const [id, at] of this.#told) {
      if (at + this.#options.every > now) {
        break;
      }
      this.#told.delete(id);
    }
  }

  #wake(): void {
    const reader = this.#reader;
    this.#reader = null;
    reader?.();
  }
}
