import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import type { IRuns } from '../tokens';
import { count } from '../words/locale';
import { notebookName, stateWord } from '../words/states';

/** milliseconds in which changes are gathered; more than so many are counted */
const PATIENCE = 300;
const FEW = 3;

/**
 * Says to a screen reader which runs changed their state, whatever is in view: a
 * live region of the page, and not of a panel that may be hidden.
 */
export class Announcer extends Widget {
  constructor(
    runs: IRuns,
    private readonly _trans: TranslationBundle,
    private readonly _patience = PATIENCE
  ) {
    super();
    this.id = 'jp-batch-announcements';
    this.addClass('jp-Batch-announce');
    this.node.setAttribute('aria-live', 'polite');
    this.node.setAttribute('role', 'log');
    this.node.setAttribute('aria-label', _trans.__('Batch runs'));
    runs.observed.connect(this._observe, this);
    void runs.ready.then(() => {
      this._newest = runs.runs[0]?.id ?? '';
    });
  }

  dispose(): void {
    if (!this.isDisposed) {
      window.clearTimeout(this._timer);
      Signal.clearData(this);
      super.dispose();
    }
  }

  private _observe(_: IRuns, run: Run): void {
    const before = this._states.get(run.id);
    this._states.set(run.id, run.state);
    // An old run that is read for the first time has not changed: ids are in the
    // order of submission.
    const fresh =
      before === undefined && this._newest !== null && run.id > this._newest;
    if (fresh || (before !== undefined && before !== run.state)) {
      this._news.set(run.id, run);
      this._timer ||= window.setTimeout(() => this._say(), this._patience);
    }
  }

  private _say(): void {
    const trans = this._trans;
    const news = [...this._news.values()];
    this._timer = 0;
    this._news.clear();
    this.node.textContent =
      news.length > FEW
        ? trans._n(
            '%2 run changed',
            '%2 runs changed',
            news.length,
            count(news.length)
          )
        : news
            .map(run =>
              trans.__('%1 %2', notebookName(run), stateWord(trans, run))
            )
            // A full stop between them makes a pause in every voice.
            .join('. ');
  }

  private readonly _states = new Map<string, string>();
  private readonly _news = new Map<string, Run>();
  /** id of the newest run when the first were there; null: not yet */
  private _newest: string | null = null;
  private _timer = 0;
}
