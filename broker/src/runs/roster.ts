import type { IChange, IStore } from '../store/types.ts';
import type { IRunDoc } from './doc.ts';
import type { Slots } from './slots.ts';
import { isTerminal } from './verdict.ts';

/** Ended runs whose runners may still ask whether their lease is closed. */
const REMEMBERED = 1000;

/**
 * The runs that something has to be done about, in memory: those that have not
 * ended, and those whose lease has not. Follows the store; never ahead of it.
 */
export class Roster {
  readonly #store: Pick<IStore, 'read' | 'activeRuns' | 'leases' | 'onChange'>;
  readonly #slots: Slots;
  readonly #runs = new Map<string, IRunDoc>();
  readonly #bySession = new Map<string, string>();
  #changed: () => void = () => undefined;

  constructor(
    store: Pick<IStore, 'read' | 'activeRuns' | 'leases' | 'onChange'>,
    slots: Slots
  ) {
    this.#store = store;
    this.#slots = slots;
  }

  /** Loads what a broker before this one left, then keeps up. */
  async start(changed: () => void): Promise<void> {
    this.#changed = changed;
    this.#store.onChange(changes => void this.#follow(changes));
    const open = (await this.#store.leases(0)).map(lease => lease.run);
    const active = (await this.#store.activeRuns()).map(run => run.id);
    for (const id of new Set([...active, ...open])) {
      await this.#refresh(id);
    }
  }

  get all(): Iterable<IRunDoc> {
    return this.#runs.values();
  }

  get(id: string): IRunDoc | null {
    return this.#runs.get(id) ?? null;
  }

  /** The run whose permit was given to the holder of this session secret. */
  ofSession(hash: string): string | null {
    return this.#bySession.get(hash) ?? null;
  }

  /** Brings one run up to date at once: after a dispatch whose answer matters. */
  async refresh(id: string): Promise<IRunDoc | null> {
    await this.#refresh(id);
    return this.get(id);
  }

  async #follow(changes: readonly IChange[]): Promise<void> {
    for (const { id } of changes) {
      await this.#refresh(id);
    }
    this.#changed();
  }

  async #refresh(id: string): Promise<void> {
    // The store answers what this process itself has written as `IRunDoc`.
    const run = (await this.#store.read(
      'run',
      id
    )) as unknown as IRunDoc | null;
    this.#slots.observe(id, run);
    if (!run || (isTerminal(run.state) && run.closedAt !== null)) {
      this.#runs.delete(id);
    } else {
      this.#runs.set(id, run);
    }
    const session = run?.attempt?.sessionHash;
    if (session) {
      this.#bySession.set(session, id);
      for (const old of this.#bySession.keys()) {
        if (this.#bySession.size <= REMEMBERED) {
          break;
        }
        if (!this.#runs.has(this.#bySession.get(old) ?? '')) {
          this.#bySession.delete(old);
        }
      }
    }
  }
}
