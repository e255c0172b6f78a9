import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Signal, type ISignal } from '@lumino/signaling';
import * as React from 'react';

import { batchIcon } from '../icons';
import type { IBatchApi, IConnection, IRuns } from '../tokens';
import { problemTitle } from '../words/problems';
import { notebookName, stateWord } from '../words/states';
import { hourAndMinute } from '../words/time';
import { RunDetail } from './rundetail';
import { RunList } from './runlist';
import { useRuns } from './runsnow';

export interface IPanelOptions {
  api: IBatchApi;
  model: IRuns;
  commands: CommandRegistry;
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
    this.node.setAttribute('aria-label', trans.__('Batch runs'));
  }

  /** the run in view; null: the list */
  get shown(): string | null {
    return this._shown;
  }

  get shownChanged(): ISignal<this, string | null> {
    return this._shownChanged;
  }

  reveal(id: string | null): void {
    this._shown = id;
    this._shownChanged.emit(id);
    this.update();
  }

  protected render(): React.JSX.Element {
    const { api, model, commands, trans } = this._options;
    return (
      <>
        <Bar model={model} trans={trans} />
        {this._shown === null ? (
          <RunList
            model={model}
            commands={commands}
            trans={trans}
            onShow={id => this.reveal(id)}
          />
        ) : (
          <RunDetail
            id={this._shown}
            api={api}
            model={model}
            commands={commands}
            trans={trans}
            onBack={() => this.reveal(null)}
          />
        )}
        <Announcements model={model} trans={trans} />
      </>
    );
  }

  private readonly _options: IPanelOptions;
  private readonly _shownChanged = new Signal<this, string | null>(this);
  private _shown: string | null = null;
}

interface IModelProps {
  model: IRuns;
  trans: TranslationBundle;
}

function Bar({ model, trans }: IModelProps): React.JSX.Element {
  const { connection } = useRuns(model);
  return (
    <header className="jp-Batch-bar">
      <h2>{trans.__('Batch runs')}</h2>
      <span
        className={`jp-Batch-connection jp-mod-${connection.state}`}
        data-connection={connection.state}
        role="status"
        title={connection.problem?.detail}
      >
        {connectionWords(trans, connection)}
      </span>
      <button
        type="button"
        className="jp-Batch-iconButton"
        data-action="refresh"
        title={trans.__('Ask again now')}
        aria-label={trans.__('Ask again now')}
        onClick={() => void model.refresh()}
      >
        <refreshIcon.react tag="span" />
      </button>
    </header>
  );
}

/** `live`, or `reconnecting, last seen 12:03`. */
export function connectionWords(
  trans: TranslationBundle,
  { state, lastSeen, problem }: IConnection
): string {
  switch (state) {
    case 'live':
      return trans.__('live');
    case 'reconnecting':
      return lastSeen
        ? trans.__('reconnecting, last seen %1', hourAndMinute(lastSeen))
        : trans.__('reconnecting');
    case 'connecting':
      return problem ? problemTitle(trans, problem) : trans.__('connecting');
  }
}

/** Says to a screen reader which run changed its state. */
function Announcements({ model, trans }: IModelProps): React.JSX.Element {
  const [words, setWords] = React.useState('');
  React.useEffect(() => {
    const states = new Map(model.runs.map(run => [run.id, run.state]));
    const listen = (_: IRuns, run: IRuns['runs'][number]) => {
      if (states.get(run.id) !== run.state) {
        states.set(run.id, run.state);
        setWords(trans.__('%1 %2', notebookName(run), stateWord(trans, run)));
      }
    };
    model.observed.connect(listen);
    return () => {
      model.observed.disconnect(listen);
    };
  }, [model]);
  return (
    <div className="jp-Batch-announce" aria-live="polite">
      {words}
    </div>
  );
}
