/** Three heartbeats: a busy node may be late with one. */
export const SILENCE_MS = 15_000;

/**
 * When the runners under way were heard last. A silence ends no run: it is a
 * reason to look what its job does.
 */
export class Heard {
  readonly #clock: () => number;
  readonly #runs = new Map<string, { at: number; noticed: boolean }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  note(run: string): void {
    this.#runs.set(run, { at: this.#clock(), noticed: false });
  }

  /** Its runner has said that it leaves: its job will end in a moment. */
  left(run: string): void {
    this.#runs.set(run, { at: -Infinity, noticed: false });
  }

  /** @returns whether one of these has left or fallen silent; told once for each */
  fellSilent(runs: Iterable<string>): boolean {
    const now = this.#clock();
    let found = false;
    for (const run of runs) {
      const last = this.#runs.get(run);
      if (last === undefined) {
        // a broker that has just come back gives it time to say something
        this.note(run);
      } else if (!last.noticed && now - last.at >= SILENCE_MS) {
        last.noticed = true;
        found = true;
      }
    }
    return found;
  }

  /** Forgets all but these. */
  only(runs: ReadonlySet<string>): void {
    for (const run of this.#runs.keys()) {
      if (!runs.has(run)) {
        this.#runs.delete(run);
      }
    }
  }
}
