import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal, type ISignal } from '@lumino/signaling';
import * as React from 'react';

import { batchIcon } from '../icons';
import type { IBatchSettings, IRuns, IRunView } from '../tokens';
import { alarmWords } from '../words/alarms';
import { count } from '../words/locale';

export interface IStatusOptions {
  runs: IRuns;
  settings: IBatchSettings;
  trans: TranslationBundle;
  onPress: () => void;
}

/** How many runs have not ended, and what the broker warns of; away else. */
export class StatusItem extends ReactWidget {
  constructor(private readonly _options: IStatusOptions) {
    super();
    this.addClass('jp-Batch-statusItem');
    this._view = _options.runs.view({ state: 'active' });
    this._view.changed.connect(this._refresh, this);
    _options.runs.changed.connect(this._refresh, this);
    _options.settings.changed.connect(this._refresh, this);
  }

  get active(): boolean {
    const { runs, settings } = this._options;
    // A warning is not a matter of taste.
    return (
      runs.alarms.length > 0 ||
      (settings.current.statusBar && this._view.runs.length > 0)
    );
  }

  get activeChanged(): ISignal<this, void> {
    return this._activeChanged;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._view.dispose();
      Signal.clearData(this);
      super.dispose();
    }
  }

  protected render(): React.JSX.Element {
    const { runs, trans, onPress } = this._options;
    const { length } = this._view.runs;
    // A page of the list is full: there may be more.
    const shown = this._view.hasMore
      ? trans.__('more than %1', count(length))
      : count(length);
    const words = trans._n(
      '%2 batch run has not ended',
      '%2 batch runs have not ended',
      length,
      shown
    );
    const away = !['live', 'polling'].includes(runs.connection.state);
    const state = away
      ? trans.__('%1, as far as known: the connection is lost', words)
      : words;
    const alarmed = runs.alarms.length > 0;
    const title = alarmed
      ? `${state}\n${alarmWords(trans, runs.alarms)}`
      : state;
    return (
      <button
        type="button"
        className="jp-Batch-statusButton"
        data-count={length}
        title={title}
        aria-label={title}
        onClick={onPress}
      >
        <batchIcon.react tag="span" aria-hidden={true} />
        <span>{away ? trans.__('%1?', shown) : shown}</span>
        {alarmed && (
          <span className="jp-Batch-statusAlarm" aria-hidden={true}>
            !
          </span>
        )}
      </button>
    );
  }

  private _refresh(): void {
    this.update();
    if (this.active !== this._was) {
      this._was = this.active;
      this._activeChanged.emit();
    }
  }

  private readonly _view: IRunView;
  private readonly _activeChanged = new Signal<this, void>(this);
  private _was = false;
}
