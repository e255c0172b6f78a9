import type { Run } from '@jupyterlab-batch/protocol';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import {
  CommandIDs,
  type IBatchSettings,
  type IRunEnds,
  type IRunNotices,
  type IRuns
} from '../tokens';
import { isActive } from '../words/states';
import type { Claims } from './claims';
import type { SystemNotices } from './system';
import {
  endsWords,
  endWords,
  progressOf,
  progressWords,
  severity,
  worst
} from './words';

/** milliseconds after which the toast of a run that goes on leaves the screen */
const PATIENCE = 20_000;
/** milliseconds in which ends are gathered; more than so many are told as one */
const GATHER = 300;
const FEW = 3;
/** milliseconds after which what needs no attention closes itself */
const CLOSE = 15_000;

export interface INotifierOptions {
  runs: IRuns;
  ends: IRunEnds;
  settings: IBatchSettings;
  claims: Claims;
  system: SystemNotices;
  trans: TranslationBundle;
  execute: (command: string, args: { id?: string }) => void;
  patience?: number;
}

/**
 * Toasts: of a run that was submitted here while it goes on, and of each end in
 * one of the tabs.
 */
export class Notifier implements IRunNotices, IDisposable {
  constructor(options: INotifierOptions) {
    this._options = options;
    options.runs.observed.connect(this._observe, this);
    options.ends.ended.connect(this._end, this);
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    this._timers.forEach(timer => window.clearTimeout(timer));
    window.clearTimeout(this._gathering);
    Signal.clearData(this);
  }

  follow(run: Run): void {
    const { settings, trans, patience, system } = this._options;
    const { current } = settings;
    if (current.system) {
      void system.offer();
    }
    if (!current.progress || !isActive(run.state)) {
      return;
    }
    const toast = Notification.emit(progressWords(trans, run), 'in-progress', {
      autoClose: false,
      progress: progressOf(run),
      actions: [this._action(trans.__('Show run'), CommandIDs.showRuns, run)]
    });
    this._toasts.set(run.id, toast);
    // A long run is no reason to cover the notebook; its end is told anew.
    this._timers.add(
      window.setTimeout(() => {
        this._toasts.delete(run.id);
        if (isActive(this._options.runs.get(run.id)?.state ?? run.state)) {
          Notification.dismiss(toast);
        }
      }, patience ?? PATIENCE)
    );
  }

  private _observe(_: IRuns, run: Run): void {
    const toast = this._toasts.get(run.id);
    const words = progressWords(this._options.trans, run);
    if (toast === undefined || !isActive(run.state)) {
      return;
    }
    // False: the user has closed it.
    const there = Notification.update({
      id: toast,
      message: words,
      progress: progressOf(run)
    });
    if (!there) {
      this._toasts.delete(run.id);
    }
  }

  private _end(_: IRunEnds, run: Run): void {
    this._tell(run).catch(reason =>
      console.warn('The end of a run could not be told', reason)
    );
  }

  private async _tell(run: Run): Promise<void> {
    const { claims } = this._options;
    const toast = this._toasts.get(run.id);
    this._toasts.delete(run.id);
    this._claiming += 1;
    const first = await claims.claim(run.id).finally(() => {
      this._claiming -= 1;
    });
    if (this._disposed || !(first || toast)) {
      return;
    }
    // One that was hidden would be updated out of sight: the end is told anew.
    if (toast !== undefined && first && !isOnScreen(toast)) {
      Notification.dismiss(toast);
    }
    const turned =
      toast !== undefined &&
      Notification.update({ id: toast, ...this._toastOf(run) });
    if (first) {
      this._news.push({ run, turned });
      this._gathering ||= window.setTimeout(() => this._say(), GATHER);
    }
  }

  /** Many that ended at once, or while nobody was here, would cover the page. */
  private _say(): void {
    if (this._claiming > 0) {
      this._gathering = window.setTimeout(() => this._say(), GATHER);
      return;
    }
    const news = this._news.splice(0);
    this._gathering = 0;
    const { settings, system, trans, execute } = this._options;
    const { toasts, system: aloud } = settings.current;
    const untold = news.flatMap(({ run, turned }) => (turned ? [] : [run]));
    if (toasts && untold.length <= FEW) {
      for (const run of untold) {
        const { message, type, ...options } = this._toastOf(run);
        Notification.emit(message, type, options);
      }
    } else if (toasts) {
      const type = worst(untold);
      Notification.emit(endsWords(trans, untold), type, {
        autoClose: type === 'error' ? false : CLOSE,
        actions: [
          {
            label: trans.__('Show runs'),
            callback: () => execute(CommandIDs.showRuns, {})
          }
        ]
      });
    }
    const runs = news.map(({ run }) => run);
    if (aloud && runs.length <= FEW) {
      runs.forEach(run =>
        system.tell(run.id, endWords(trans, run), () =>
          execute(CommandIDs.showRuns, { id: run.id })
        )
      );
    } else if (aloud) {
      system.tell('jupyterlab-batch', endsWords(trans, runs), () =>
        execute(CommandIDs.showRuns, {})
      );
    }
  }

  private _toastOf(run: Run) {
    const { trans } = this._options;
    const show = this._action(trans.__('Show run'), CommandIDs.showRuns, run);
    return {
      message: endWords(trans, run),
      type: severity(run),
      autoClose: run.state === 'succeeded' ? CLOSE : (false as const),
      actions:
        run.output === null
          ? [show]
          : [
              this._action(trans.__('Open result'), CommandIDs.openResult, run),
              show
            ]
    };
  }

  private _action(
    label: string,
    command: string,
    { id }: Run
  ): Notification.IAction {
    return {
      label,
      callback: () => this._options.execute(command, { id })
    };
  }

  private readonly _options: INotifierOptions;
  /** of the runs that are followed, by id */
  private readonly _toasts = new Map<string, string>();
  private readonly _timers = new Set<number>();
  /** ended, and not told yet but by the toast that followed it */
  private readonly _news: { run: Run; turned: boolean }[] = [];
  private _gathering = 0;
  /** of how many ends it is not known yet which tab tells them */
  private _claiming = 0;
  private _disposed = false;
}

/** JupyterLab draws a toast under its id; one that slides away is hidden already. */
const isOnScreen = (toast: string): boolean =>
  document.getElementById(toast)?.matches(':not([class*="-exit"])') ?? false;
