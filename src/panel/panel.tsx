import { BatchError } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { Signal, type ISignal } from '@lumino/signaling';
import * as React from 'react';

import { batchIcon } from '../icons';
import type { IBatchApi, IBatchExtensions, IRuns } from '../tokens';
import { Alarms } from './alarms';
import { keepFocus } from './keepfocus';
import type { PanelModel } from './model';
import { Connection } from '../parts/connection';
import { useChanges } from '../parts/follow';
import { Trouble } from '../parts/trouble';

/** Read when the panel shows them for the first time. */
const List = React.lazy(() => import('./list'));
const RunDetail = React.lazy(() => import('./rundetail'));

export interface IPanelOptions {
  api: IBatchApi;
  runs: IRuns;
  model: PanelModel;
  commands: CommandRegistry;
  extensions: IBatchExtensions;
  trans: TranslationBundle;
}

/** The side panel: the list of runs, or one of them. */
export class Panel extends ReactWidget {
  constructor(options: IPanelOptions) {
    super();
    const { trans } = options;
    this._options = options;
    this.id = 'jp-batch-runs';
    this.addClass('jp-Batch-panel');
    this.title.icon = batchIcon;
    this.title.caption = trans.__('Batch runs');
    this.node.setAttribute('role', 'region');
    this.node.tabIndex = -1;
    this.node.setAttribute('aria-label', trans.__('Batch runs'));
    const focus = keepFocus(
      this.node,
      () =>
        this.node.querySelector<HTMLElement>('[role="row"][tabindex="0"]') ??
        this.node
    );
    this.disposed.connect(() => focus.dispose());
  }

  /** the run in view; null: the list */
  get shown(): string | null {
    return this._shown;
  }

  get shownChanged(): ISignal<this, string | null> {
    return this._shownChanged;
  }

  /** The panel came into view. */
  get looked(): ISignal<this, void> {
    return this._looked;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._options.model.dispose();
      super.dispose();
    }
  }

  reveal(id: string | null): void {
    this._shown = id;
    this._shownChanged.emit(id);
    this.update();
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._looked.emit();
  }

  /** Who opens the panel by a key or a command goes on in it. */
  protected onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    // A line that had the focus would hold the list where it is.
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  protected render(): React.JSX.Element {
    const { api, runs, commands, trans } = this._options;
    return (
      <>
        <Head runs={runs} trans={trans} />
        <React.Suspense fallback={<p className="jp-Batch-hint">…</p>}>
          {this._shown === null ? (
            <List {...this._options} onShow={id => this.reveal(id)} />
          ) : (
            <RunDetail
              id={this._shown}
              api={api}
              model={runs}
              commands={commands}
              trans={trans}
              onBack={() => this.reveal(null)}
            />
          )}
        </React.Suspense>
      </>
    );
  }

  private readonly _options: IPanelOptions;
  private readonly _shownChanged = new Signal<this, string | null>(this);
  private readonly _looked = new Signal<this, void>(this);
  private _shown: string | null = null;
}

function Head(props: {
  runs: IRuns;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { runs, trans } = props;
  useChanges(runs);
  const { problem } = runs.connection;
  return (
    <>
      <div className="jp-Batch-head">
        <h2>{trans.__('Batch runs')}</h2>
        <Connection connection={runs.connection} trans={trans} />
        <button
          type="button"
          className="jp-Batch-iconButton"
          data-action="refresh"
          title={trans.__('Ask again now')}
          aria-label={trans.__('Ask again now')}
          onClick={() => void runs.refresh()}
        >
          <refreshIcon.react tag="span" />
        </button>
        {problem ? (
          <p className="jp-Batch-hint">
            <Trouble failure={new BatchError(problem)} trans={trans} />
          </p>
        ) : null}
      </div>
      <Alarms alarms={runs.alarms} trans={trans} />
    </>
  );
}
