import type { IDisposable } from '@lumino/disposable';

import { atLeast } from '../words/locale';

/** `(3) ` before the title of the page, whatever the title becomes. */
export class TitleBadge implements IDisposable {
  constructor(private readonly _document: Document = document) {
    const { head } = _document;
    this._observer = new MutationObserver(() => this._write());
    this._observer.observe(head, {
      subtree: true,
      childList: true,
      characterData: true
    });
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    if (!this._disposed) {
      this._disposed = true;
      this._observer.disconnect();
      this._write(0);
    }
  }

  /** @param more - there are more than `size` */
  show(size: number, more = false): void {
    this._size = size;
    this._more = more;
    this._write();
  }

  private _write(size = this._size): void {
    const { title } = this._document;
    const bare = title.startsWith(this._prefix)
      ? title.slice(this._prefix.length)
      : title;
    const prefix = size > 0 ? `(${atLeast(size, this._more)}) ` : '';
    this._prefix = prefix;
    if (title !== prefix + bare) {
      this._document.title = prefix + bare;
    }
  }

  private readonly _observer: MutationObserver;
  private _size = 0;
  private _more = false;
  private _prefix = '';
  private _disposed = false;
}
