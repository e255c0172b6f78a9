import type { Clock } from '../lifecycle/types.ts';
import type { IRetry } from './provider.ts';

/** Who asks for more is asked again all the same: there may be something to revoke. */
const LONGEST_MS = 60_000;

/** Keeps quiet towards a provider for as long as it asked for (429, 503). */
export class Gate {
  #until = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** null: go ahead */
  closed(): IRetry | null {
    const left = this.#left();
    return left <= 0
      ? null
      : {
          kind: 'retry',
          afterMs: left,
          maybeApplied: false,
          why: 'asked for a pause'
        };
  }

  note(answer: { kind: string; afterMs?: number | null }): void {
    if (answer.kind === 'retry' && answer.afterMs) {
      const pause = Math.min(answer.afterMs, LONGEST_MS);
      this.#until = this.#clock() + Math.max(this.#left(), pause);
    }
  }

  /** ms; none where it is more than it can be: the clock was set back */
  #left(): number {
    const left = this.#until - this.#clock();
    return left > LONGEST_MS ? 0 : left;
  }
}
