import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** ms; a call to a provider is given up by then, and lets go of what it held */
const SOON = 12_000;
/** ms; no longer, though other leases are open */
const LATEST = 10 * 60_000;

type Collect = (how: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort';
}) => void;

/**
 * Prepares this process to leave nothing of a secret in its memory. What is freed
 * outside of the engine's heap is overwritten by the C library, as the launcher
 * tells it to.
 *
 * @returns overwrites what nobody holds any more; that stops the loop for 0.1 s
 *   on a quiet machine
 */
export function eraser(): () => void {
  // Small buffers would be pieces of one that lives on.
  Buffer.poolSize = 0;
  setFlagsFromString('--expose-gc');
  setFlagsFromString('--zero-unused-memory');
  const collect = runInNewContext('gc') as Collect;
  return () => {
    // The engine keeps the text that an expression was last tried on.
    /^/.test('');
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  };
}

interface IOblivionWorld {
  /** whether no lease is open: then nobody waits for the loop */
  readonly isQuiet: () => Promise<boolean>;
  readonly clock: () => number;
  readonly erase: () => void;
}

/** Erases memory after leases were closed, when it disturbs least. */
export class Oblivion {
  readonly #world: IOblivionWorld;
  #timer: NodeJS.Timeout | null = null;
  /** when the first one was closed of which something may be left */
  #since: number | null = null;

  constructor(world: IOblivionWorld) {
    this.#world = world;
  }

  /** A lease was closed, and is forgotten elsewhere. */
  closed(): void {
    this.#since ??= this.#world.clock();
    // Where one is closed after the other, there is no end to be waited for.
    this.#lookIn(Math.min(SOON, this.#left()));
  }

  /** ms for which the erasing may be put off; none is left below zero. */
  #left(): number {
    return (this.#since ?? 0) + LATEST - this.#world.clock();
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = setTimeout(() => void this.#look(), ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    // A store that does not answer is no reason to keep anything.
    const isQuiet = await this.#world.isQuiet().catch(() => true);
    const left = this.#left();
    if (!isQuiet && left > 0) {
      this.#lookIn(left);
      return;
    }
    this.#since = null;
    this.#world.erase();
  }
}
