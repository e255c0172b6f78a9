/** A tape of choices; when it has run out everything is healthy and in order. */
export class Tape {
  readonly #values: readonly number[];
  #at = 0;

  constructor(values: readonly number[]) {
    this.#values = values;
  }

  get left(): boolean {
    return this.#at < this.#values.length;
  }

  /** A choice below `n`; 0 at the end of the tape. */
  pick(n: number): number {
    const value = this.#values[this.#at] ?? 0;
    this.#at += 1;
    return value % n;
  }
}
