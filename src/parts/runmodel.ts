import {
  BatchError,
  pathOf,
  type Run,
  type RunDetail
} from '@jupyterlab-batch/protocol';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IBatchApi, IRuns } from '../tokens';
import { isActive } from '../words/states';
import { Comeback } from './comeback';

/** One run with all that only its own view needs, kept live. */
export class RunModel implements IDisposable {
  constructor(
    readonly api: IBatchApi,
    readonly runs: IRuns,
    readonly id: string
  ) {
    this._comeback = new Comeback(() => void this.refresh());
    runs.observed.connect(this._observe, this);
    runs.changed.connect(this._miss, this);
  }

  /** the newest that is known; null: nothing yet */
  get run(): Run | null {
    const known = this.runs.get(this.id) ?? null;
    const read = this._detail?.run ?? null;
    return known && read && known.revision < read.revision
      ? read
      : (known ?? read);
  }

  get detail(): RunDetail | null {
    return this._detail;
  }

  /** why the last look failed; null: it did not */
  get failure(): unknown {
    return this._failure;
  }

  /** it was there, and was deleted */
  get gone(): boolean {
    return (
      this._detail !== null &&
      this._failure instanceof BatchError &&
      this._failure.code === 'not_found'
    );
  }

  get active(): boolean {
    return this.run === null || isActive(this.run.state);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    this._comeback.dispose();
    Signal.clearData(this);
  }

  /** Where a file of it can be had. */
  link(path: string, of: 'files' | 'run'): string {
    const query = { path, of };
    return this.api.root + pathOf('download', { id: this.id, query });
  }

  /** Looks again; never rejects (see `failure`). */
  refresh(): Promise<void> {
    this._again = true;
    this._reading ??= this._read().finally(() => {
      this._reading = null;
    });
    return this._reading;
  }

  private async _read(): Promise<void> {
    while (this._again && !this._disposed) {
      this._again = false;
      try {
        const detail = await this.api.call('show', { id: this.id });
        this._detail = detail;
        this._failure = null;
        this.runs.put(detail.run);
        this._follow();
      } catch (reason) {
        this._failure = reason;
        this._comeback.here();
      }
      if (!this._disposed) {
        this._changed.emit();
      }
    }
  }

  /** Its deletion was accepted, and is not done yet: nobody tells when it is. */
  private _follow(): void {
    if (this.runs.get(this.id)) {
      this._comeback.here();
    } else {
      this._comeback.away();
    }
  }

  private _observe(_: IRuns, run: Run): void {
    if (
      run.id === this.id &&
      run.revision > (this._detail?.run.revision ?? 0)
    ) {
      this._changed.emit();
      void this.refresh();
    }
  }

  /** Runs that are listed anew, or a run that was deleted elsewhere. */
  private _miss(): void {
    if (this._detail && !this.gone && !this.runs.get(this.id)) {
      void this.refresh();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _comeback: Comeback;
  private _detail: RunDetail | null = null;
  private _failure: unknown = null;
  private _reading: Promise<void> | null = null;
  private _again = false;
  private _disposed = false;
}
