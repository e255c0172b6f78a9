import { NotebookTools, type INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { PanelLayout } from '@lumino/widgets';
import * as React from 'react';

import { stateIcons } from '../icons';
import { Comeback } from '../parts/comeback';
import {
  CommandIDs,
  type IBatchApi,
  type IRuns,
  type IRunView
} from '../tokens';
import { stateWord, whereabouts } from '../words/states';
import { fullTime, shortTime } from '../words/time';

const SHOWN = 5;

export interface IToolOptions {
  api: IBatchApi;
  runs: IRuns;
  tracker: INotebookTracker;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** The newest runs of the notebook in front, in the property inspector. */
export class NotebookRunsTool extends NotebookTools.Tool {
  constructor(options: IToolOptions) {
    super();
    this.addClass('jp-Batch-notebookRuns');
    this._list = new List(options);
    const layout = new PanelLayout();
    layout.addWidget(this._list);
    this.layout = layout;
  }

  private readonly _list: List;
}

class List extends ReactWidget {
  constructor(private readonly _options: IToolOptions) {
    super();
    this._comeback = new Comeback(() => this._look());
    _options.tracker.currentChanged.connect(this._follow, this);
    // It may have got another name.
    _options.tracker.widgetUpdated.connect(this._follow, this);
    this._follow();
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._comeback.dispose();
      this._view?.dispose();
      Signal.clearData(this);
      super.dispose();
    }
  }

  protected render(): React.JSX.Element {
    const { commands, trans } = this._options;
    const view = this._view;
    if (!view?.loaded || view.runs.length === 0) {
      return (
        <p className="jp-Batch-hint">
          {view?.loaded
            ? trans.__('No batch run of this notebook yet.')
            : trans.__('Looking…')}
        </p>
      );
    }
    const now = new Date();
    return (
      <ul className="jp-Batch-shortList">
        {view.runs.slice(0, SHOWN).map(run => {
          const icon = stateIcons[run.state];
          const time = run.ended_at ?? run.submitted_at;
          return (
            <li key={run.id} data-run-id={run.id} data-state={run.state}>
              <button
                type="button"
                className="jp-Batch-action"
                onClick={() =>
                  void commands.execute(CommandIDs.showRuns, { id: run.id })
                }
              >
                <span className={`jp-Batch-state jp-mod-${run.state}`}>
                  <icon.react tag="span" aria-hidden={true} />
                  {stateWord(trans, run)}
                </span>
                {run.label ? (
                  <bdi translate="no">{run.label}</bdi>
                ) : (
                  <span>{whereabouts(trans, run) ?? ''}</span>
                )}
                <time dateTime={time} title={fullTime(time)}>
                  {shortTime(time, now)}
                </time>
              </button>
            </li>
          );
        })}
        {view.runs.length > SHOWN ? (
          <li>
            <button
              type="button"
              className="jp-Batch-action"
              onClick={() =>
                void commands.execute(CommandIDs.showRuns, { here: true })
              }
            >
              {trans.__('All runs of this notebook')}
            </button>
          </li>
        ) : null}
      </ul>
    );
  }

  private _follow(): void {
    const { tracker } = this._options;
    const path = tracker.currentWidget?.context.localPath ?? null;
    if (path === this._path) {
      return;
    }
    this._path = path;
    this._view?.dispose();
    this._view = null;
    this.update();
    this._look();
  }

  private _look(): void {
    const { api, runs } = this._options;
    const path = this._path;
    this._comeback.here();
    if (path === null) {
      return;
    }
    api.call('locate', { query: { path } }).then(
      ({ notebook }) => {
        if (this._path === path && !this.isDisposed) {
          // To and fro, the same was asked for twice.
          this._view?.dispose();
          this._view = runs.view({ notebook });
          this._view.changed.connect(this.update, this);
          this.update();
        }
      },
      () => {
        if (this._path === path) {
          this._comeback.away();
        }
      }
    );
  }

  private readonly _comeback: Comeback;
  private _path: string | null = null;
  private _view: IRunView | null = null;
}
