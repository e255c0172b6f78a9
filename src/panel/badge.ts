import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { IRunEnds } from '../tokens';
import { atLeast } from '../words/locale';
import type { Panel } from './panel';

const ENDED = 'batch-ended';

/** "3 ended since you left" on the tab of the panel, until it is looked at. */
export class Badge implements IDisposable {
  constructor(
    private readonly _options: {
      panel: Panel;
      ends: IRunEnds;
      trans: TranslationBundle;
    }
  ) {
    const { panel, ends } = _options;
    ends.unseenChanged.connect(this._update, this);
    panel.looked.connect(this._update, this);
    document.addEventListener('visibilitychange', this._listen);
    this._update();
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    document.removeEventListener('visibilitychange', this._listen);
    Signal.clearData(this);
  }

  private readonly _listen = (): void => this._update();

  private _update(): void {
    const { panel, ends, trans } = this._options;
    if (panel.isVisible && document.visibilityState === 'visible') {
      ends.see();
    }
    const { size } = ends.unseen;
    const number = atLeast(size, ends.unseenMore);
    // The shell keeps something of its own there.
    const { [ENDED]: _, ...others } = panel.title.dataset;
    panel.title.dataset = size > 0 ? { ...others, [ENDED]: number } : others;
    panel.title.caption =
      size > 0
        ? trans._n(
            'Batch runs: %2 ended since you left',
            'Batch runs: %2 ended since you left',
            size,
            number
          )
        : trans.__('Batch runs');
  }

  private _disposed = false;
}
