import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

/** ends to remember: more than a list shows to who looks at it */
const REMEMBERED = 1000;

export interface ISeenOptions {
  /** shared by the tabs of this server */
  key: string;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** where the browser tells what another tab has stored */
  tabs: Pick<Window, 'addEventListener' | 'removeEventListener'>;
}

/** Which ends the user has looked at, in whichever tab. */
export class Seen implements IDisposable {
  constructor(private readonly _options: ISeenOptions) {
    _options.tabs.addEventListener('storage', this._listen);
  }

  /** Another tab was looked at. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  get ids(): ReadonlySet<string> {
    return new Set(this._read());
  }

  dispose(): void {
    this._disposed = true;
    this._options.tabs.removeEventListener('storage', this._listen);
    Signal.clearData(this);
  }

  add(ids: Iterable<string>): void {
    const all = [...new Set([...this._read(), ...ids])];
    try {
      this._options.storage.setItem(
        this._options.key,
        JSON.stringify(all.slice(-REMEMBERED))
      );
    } catch {
      // A browser that stores nothing has each tab count for itself.
    }
  }

  private readonly _listen = ({ key }: StorageEvent): void => {
    // Null: everything was cleared.
    if (key === this._options.key || key === null) {
      this._changed.emit();
    }
  };

  private _read(): string[] {
    try {
      const { storage, key } = this._options;
      const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]');
      const all: unknown[] = Array.isArray(kept) ? kept : [];
      return all.filter(each => typeof each === 'string');
    } catch {
      return [];
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _disposed = false;
}
