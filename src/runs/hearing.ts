/** milliseconds that an event may come later than the change was asked for */
const PATIENCE = 5_000;
/**
 * milliseconds in which JupyterLab takes up a socket that was cut: it waits longer
 * after each failure, up to half a minute
 */
const TAKEN_UP = 60_000;

/**
 * Knows whether events arrive. A change that had to be asked for, and that no
 * event tells within some seconds, is the proof that they do not: whichever of
 * the sockets between the broker and this page is cut.
 */
export class Hearing {
  constructor(changed: () => void, patience = PATIENCE) {
    this._changed = changed;
    this._patience = patience;
  }

  get deaf(): boolean {
    return this._deaf;
  }

  /** Whether events may not arrive yet, after the connection was lost. */
  get unsure(): boolean {
    return this._doubt !== 0;
  }

  /** An event came, and so did those before it. */
  heard(revision: number): void {
    this._heard = Math.max(this._heard, revision);
    this._trust();
    this._become(false);
  }

  /** A change was found by asking, while events should have come. */
  missed(revision: number): void {
    if (revision > this._heard && this._timer === 0) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        if (revision > this._heard) {
          this._become(true);
        }
      }, this._patience);
    }
  }

  /**
   * The connection was lost: what was missed until now proves nothing. The socket of
   * the events comes back by itself, and later than the first answer.
   */
  lost(): void {
    this.forget();
    this._doubt = window.setTimeout(() => this._trust(), TAKEN_UP);
  }

  /** Ends what waits. */
  forget(): void {
    window.clearTimeout(this._timer);
    this._timer = 0;
    this._trust();
  }

  private _trust(): void {
    window.clearTimeout(this._doubt);
    this._doubt = 0;
  }

  private _become(deaf: boolean): void {
    if (this._deaf !== deaf) {
      this._deaf = deaf;
      this._changed();
    }
  }

  private readonly _changed: () => void;
  private readonly _patience: number;
  private _heard = 0;
  private _timer = 0;
  private _doubt = 0;
  private _deaf = false;
}
