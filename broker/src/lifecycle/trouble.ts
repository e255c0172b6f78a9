/** Failures in a row after which the rest of a lane is not tried any more. */
const ENOUGH = 8;
const PAUSE_MS = 1000;

/**
 * A lane that fails again and again: one of it is tried at a time, and the others
 * wait for an answer to that one, where each would fail alone and cost a commit.
 * Anything but a failure opens it at once.
 */
export class Trouble {
  #failures = 0;
  #until = 0;

  /** @param jitter in [0, 1) */
  note(failed: boolean, now: number, jitter: number): void {
    this.#failures = failed ? this.#failures + 1 : 0;
    this.#until = now + PAUSE_MS * (0.5 + jitter / 2);
  }

  get #isShut(): boolean {
    return this.#failures >= ENOUGH;
  }

  /** How many may be under way. */
  room(now: number): number {
    return !this.#isShut ? Infinity : this.wait(now) > 0 ? 0 : 1;
  }

  /** ms until the next one may be tried; a clock that was set back is no reason. */
  wait(now: number): number {
    const left = this.#isShut ? this.#until - now : 0;
    return left > PAUSE_MS ? 0 : Math.max(0, left);
  }
}
