import type { Clock } from '../lifecycle/types.ts';
import type { IRetry } from './provider.ts';

/** Keeps quiet towards a provider for as long as it asked for (429, 503). */
export class Gate {
  #until = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** null: go ahead */
  closed(): IRetry | null {
    const left = this.#until - this.#clock();
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
      this.#until = Math.max(this.#until, this.#clock() + answer.afterMs);
    }
  }
}
