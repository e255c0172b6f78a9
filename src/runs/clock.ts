/**
 * The time as the broker has it, by whose clock all times of runs are told. A
 * browser's own may be minutes or hours beside it: a run would have taken less
 * than nothing.
 */
export class BrokerClock {
  /** @param own - the browser's time in milliseconds */
  constructor(private readonly _own: () => number = Date.now) {}

  now(): Date {
    return new Date(this._own() + this._ahead);
  }

  /**
   * Takes an answer that says what time it was.
   *
   * @param told - by the broker's clock, in milliseconds as all here
   * @param asked - when it was asked, by our own
   * @param answered - when the answer was there
   */
  heard(told: number, asked: number, answered: number): void {
    // It was read at some moment between question and answer.
    const least = told - answered;
    const most = told - asked;
    const both = [Math.max(least, this._least), Math.min(most, this._most)];
    // Where they contradict each other, one of the clocks was set since.
    [this._least, this._most] = both[0] <= both[1] ? both : [least, most];
  }

  /** Nothing, as long as the two clocks may be the same. */
  private get _ahead(): number {
    return this._least <= 0 && this._most >= 0
      ? 0
      : (this._least + this._most) / 2;
  }

  /** milliseconds that the broker's clock is ahead */
  private _least = -Infinity;
  private _most = Infinity;
}
