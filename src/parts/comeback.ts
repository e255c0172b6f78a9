import type { IDisposable } from '@lumino/disposable';

/** Waits this long before the first new try, and at most sixteen times that. */
const FIRST = 1000;

/** Tries again by itself, ever more patiently, until somebody answers. */
export class Comeback implements IDisposable {
  /**
   * @param again - one more try; its outcome is told by `away` or `here`
   * @param first - milliseconds before the first new try
   */
  constructor(again: () => void, first = FIRST) {
    this._again = again;
    this._first = first;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    this.here();
  }

  /** Nobody answered. */
  away(): void {
    window.clearTimeout(this._timer);
    if (this._disposed) {
      return;
    }
    const pause = this._first * 2 ** Math.min(this._tries, 4);
    this._tries += 1;
    this._timer = window.setTimeout(this._again, pause);
  }

  /** Somebody answered. */
  here(): void {
    window.clearTimeout(this._timer);
    this._tries = 0;
  }

  private readonly _again: () => void;
  private readonly _first: number;
  private _timer = 0;
  private _tries = 0;
  private _disposed = false;
}
