import type { IDisposable } from '@lumino/disposable';

/** milliseconds after which a question without an answer is overtaken */
const HUNG = 10_000;

/** What is asked, and who is told. */
export interface ILookingOptions<T> {
  ask: () => Promise<T>;
  /** the answer to the last question, not to one that was overtaken */
  taken: (answer: T) => void;
  failed: (reason: unknown) => void;
  /** milliseconds that the next question waits for the answer to the last */
  hung?: number;
}

/**
 * Looks again whenever something was chosen. It knows whether what is shown is
 * the answer to the last choice: nothing else may be sent. It asks one question
 * after the other, of many choices meanwhile the last only: a server that takes its
 * time has few hands. Only a question that hangs is overtaken.
 */
export class Looking<T> implements IDisposable {
  constructor(options: ILookingOptions<T>) {
    this._options = options;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** What waits to be asked is not asked any more. */
  dispose(): void {
    this._disposed = true;
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

  /**
   * Looks until nothing is left to be looked at.
   *
   * @returns false: it failed, or is disposed
   */
  async settle(): Promise<boolean> {
    while (this._underWay || this._stale) {
      if (this._disposed) {
        return false;
      }
      if ((await (this._underWay ?? this.now())) === false) {
        return false;
      }
    }
    return true;
  }

  private async _look(): Promise<boolean | null> {
    const turn = ++this._turn;
    if (this._hands) {
      await this._hands;
    }
    if (this._disposed || turn !== this._turn) {
      return null;
    }
    this._stale = false;
    try {
      const answer = await this._ask();
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

  /** Asks, and keeps the next question waiting for the answer, but not for ever. */
  private _ask(): Promise<T> {
    const asked = this._options.ask();
    const hands = new Promise<void>(free => {
      const timer = window.setTimeout(free, this._options.hung ?? HUNG);
      const back = () => {
        window.clearTimeout(timer);
        free();
      };
      asked.then(back, back);
    });
    this._hands = hands;
    void hands.then(() => {
      if (this._hands === hands) {
        this._hands = null;
      }
    });
    return asked;
  }

  private readonly _options: ILookingOptions<T>;
  private _stale = true;
  private _underWay: Promise<boolean | null> | null = null;
  /** fulfilled when the next may be asked; null: it may be now */
  private _hands: Promise<void> | null = null;
  private _turn = 0;
  private _disposed = false;
}
