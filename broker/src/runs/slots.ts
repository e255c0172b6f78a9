import type { IRunDoc } from './doc.ts';
import { isTerminal } from './verdict.ts';

/**
 * Who holds a place at a target with a cap, and who is next. First come, first
 * served by intent id, which is the order in which runs were queued.
 */
export class Slots {
  readonly #capOf: (target: string) => number | null;
  readonly #runs = new Map<string, IRunDoc>();
  readonly #holders = new Set<string>();
  readonly #waiting = new Map<string, number>();

  constructor(capOf: (target: string) => number | null) {
    this.#capOf = capOf;
  }

  /** Keeps up with a run's committed state; null: it was deleted. */
  observe(id: string, run: IRunDoc | null): void {
    if (!run || isTerminal(run.state)) {
      this.#runs.delete(id);
      this.#holders.delete(id);
      this.#waiting.delete(id);
      return;
    }
    this.#runs.set(id, run);
    if (run.attempt?.job) {
      this.#holders.add(id);
    }
    if (run.state !== 'queued') {
      this.#waiting.delete(id);
    }
  }

  /**
   * Takes a place for the run if there is one. Asked in the order of the queue;
   * whoever is refused is waiting from then on.
   */
  take(id: string, order: number): boolean {
    if (this.#holders.has(id)) {
      return true;
    }
    const target = this.#runs.get(id)?.spec.target;
    const cap = target === undefined ? null : this.#capOf(target);
    if (target === undefined) {
      return false;
    }
    if (cap !== null && this.running(target) >= cap) {
      this.#waiting.set(id, order);
      return false;
    }
    this.#waiting.delete(id);
    this.#holders.add(id);
    return true;
  }

  running(target: string): number {
    return this.#count(this.#holders, target);
  }

  waiting(target: string): number {
    return this.#count(this.#waiting.keys(), target);
  }

  /** 1 for the next one; null for a run that does not wait. */
  position(id: string): number | null {
    const own = this.#waiting.get(id);
    const target = this.#runs.get(id)?.spec.target;
    if (own === undefined || target === undefined) {
      return null;
    }
    let before = 0;
    for (const [other, order] of this.#waiting) {
      if (order < own && this.#runs.get(other)?.spec.target === target) {
        before++;
      }
    }
    return before + 1;
  }

  #count(ids: Iterable<string>, target: string): number {
    let n = 0;
    for (const id of ids) {
      if (this.#runs.get(id)?.spec.target === target) {
        n++;
      }
    }
    return n;
  }
}
