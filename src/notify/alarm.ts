import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { CommandIDs, type IRuns } from '../tokens';
import { alarmWords } from '../words/alarms';

export interface IAlarmOptions {
  runs: IRuns;
  trans: TranslationBundle;
  execute: (command: string) => void;
}

/**
 * One notice while the broker warns of credentials that it cannot end. No setting
 * silences it; who has closed it is told again once there is more to tell.
 */
export class CredentialAlarm implements IDisposable {
  constructor(private readonly _options: IAlarmOptions) {
    _options.runs.changed.connect(this._look, this);
    this._look();
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    Signal.clearData(this);
  }

  private _look(): void {
    const { runs, trans, execute } = this._options;
    const words =
      runs.alarms.length > 0 ? alarmWords(trans, runs.alarms) : null;
    if (words === this._told) {
      return;
    }
    if (this._notice !== null) {
      Notification.dismiss(this._notice);
      this._notice = null;
    }
    this._told = words;
    if (words !== null) {
      this._notice = Notification.emit(words, 'error', {
        autoClose: false,
        actions: [
          {
            label: trans.__('Show runs'),
            callback: () => execute(CommandIDs.showRuns)
          }
        ]
      });
    }
  }

  private _told: string | null = null;
  private _notice: string | null = null;
  private _disposed = false;
}
