import type { IRunningSessions } from '@jupyterlab/running';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { stateIcons } from '../icons';
import { CommandIDs, type IRuns, type IRunView } from '../tokens';
import { notebookName, stateWord, whereabouts } from '../words/states';

export interface ISectionOptions {
  runs: IRuns;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** The runs that have not ended, among kernels and terminals. */
export class BatchSection implements IRunningSessions.IManager, IDisposable {
  constructor(private readonly _options: ISectionOptions) {
    const { trans } = _options;
    this.name = trans.__('Batch runs');
    this.shutdownLabel = trans.__('Cancel run');
    this.shutdownAllLabel = trans.__('Cancel all');
    this.shutdownAllConfirmationText = trans.__(
      'Cancel all batch runs? What they have produced so far is kept.'
    );
    this._view = _options.runs.view({ state: 'active' });
    this._view.changed.connect(() => this._changed.emit(), this);
  }

  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly shutdownAllConfirmationText: string;
  readonly supportsMultipleViews = false;

  get runningChanged(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._view.isDisposed;
  }

  dispose(): void {
    this._view.dispose();
    Signal.clearData(this);
  }

  running(): IRunningSessions.IRunningItem[] {
    const { commands, trans } = this._options;
    return this._view.runs.map(run => {
      const { id, label, notebook, state } = run;
      const name = notebookName(run);
      return {
        className: 'jp-Batch-running',
        icon: () => stateIcons[state],
        label: () => (label ? trans.__('%1 (%2)', name, label) : name),
        labelTitle: () => trans.__('Show this run of %1', notebook),
        detail: () => whereabouts(trans, run) ?? stateWord(trans, run),
        open: () => void commands.execute(CommandIDs.showRuns, { id }),
        shutdown: () => void commands.execute(CommandIDs.cancelRun, { id })
      };
    });
  }

  refreshRunning(): void {
    void this._options.runs.refresh();
  }

  /** The sidebar has asked already. */
  shutdownAll(): void {
    void this._cancelAll();
  }

  private async _cancelAll(): Promise<void> {
    const { commands } = this._options;
    const told = new Set<string>();
    // What is not loaded comes up as what was is cancelled, page by page.
    for (let known = -1; known < told.size;) {
      known = told.size;
      await this._view.loadMore();
      for (const { id } of this._view.runs.filter(run => !told.has(run.id))) {
        told.add(id);
        void commands.execute(CommandIDs.cancelRun, { id });
      }
    }
  }

  private readonly _view: IRunView;
  private readonly _changed = new Signal<this, void>(this);
}
