/** What is asked, and who is told. */
export interface ILookingOptions<T> {
  ask: () => Promise<T>;
  /** the answer to the last question, not to one that was overtaken */
  taken: (answer: T) => void;
  failed: (reason: unknown) => void;
}

/**
 * Looks again whenever something was chosen. It knows whether what is shown is
 * the answer to the last choice: nothing else may be sent.
 */
export class Looking<T> {
  constructor(options: ILookingOptions<T>) {
    this._options = options;
  }

  /** Something was chosen since the last look. */
  outdate(): void {
    this._stale = true;
  }

  /** @returns whether the answer came; null: a later look decides */
  now(): Promise<boolean | null> {
    const look = this._look().finally(() => {
      if (this._underWay === look) {
        this._underWay = null;
      }
    });
    this._underWay = look;
    return look;
  }

  /** Looks until nothing is left to be looked at. @returns false: it failed */
  async settle(): Promise<boolean> {
    while (this._underWay || this._stale) {
      if ((await (this._underWay ?? this.now())) === false) {
        return false;
      }
    }
    return true;
  }

  private async _look(): Promise<boolean | null> {
    const turn = ++this._turn;
    this._stale = false;
    try {
      const answer = await this._options.ask();
      if (turn !== this._turn) {
        return null;
      }
      this._options.taken(answer);
      return true;
    } catch (reason) {
      if (turn !== this._turn) {
        return null;
      }
      this._stale = true;
      this._options.failed(reason);
      return false;
    }
  }

  private readonly _options: ILookingOptions<T>;
  private _stale = true;
  private _underWay: Promise<boolean | null> | null = null;
  private _turn = 0;
}
