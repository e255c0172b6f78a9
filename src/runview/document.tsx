import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { originalOf } from '../cells/frames';
import { Cells } from '../cells/model';
import { Away } from '../parts/away';
import { useChanges } from '../parts/follow';
import { goToLine } from '../parts/gotoline';
import { Log } from '../parts/log';
import { useNow } from '../parts/now';
import { Provenance } from '../parts/provenance';
import type { RunModel } from '../parts/runmodel';
import { Tabs, type ITab } from '../parts/tabs';
import { Trouble } from '../parts/trouble';
import { CellsPane } from './cellspane';
import { Credential, History } from './credential';
import { Files } from './files';
import { RecordView, useRecord } from './record';
import { timelineOf } from './timeline';
import { TimelineView } from './timelineview';
import { Title } from './title';

export interface IDocumentOptions {
  model: RunModel;
  rendermime: IRenderMimeRegistry;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** A run as a document of the main area. */
export class RunDocument extends ReactWidget {
  constructor(options: IDocumentOptions) {
    super();
    this._options = options;
    const { model } = options;
    this.addClass('jp-Batch-document');
    this._cells = new Cells({
      api: model.api,
      id: model.id,
      moving: () => model.active,
      hidden: () => !this.isVisible
    });
    model.changed.connect(() => this._cells.nudge(), this);
  }

  dispose(): void {
    this._cells.dispose();
    this._options.model.dispose();
    super.dispose();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    void this._options.model.refresh();
    this._cells.start();
  }

  protected render(): React.JSX.Element {
    return <Body {...this._options} cells={this._cells} />;
  }

  private readonly _options: IDocumentOptions;
  private readonly _cells: Cells;
}

function Body(props: IDocumentOptions & { cells: Cells }): React.JSX.Element {
  const { model, cells, trans } = props;
  useChanges(model);
  useChanges(cells);
  const now = useNow(model.runs, model.active);
  const [tab, setTab] = React.useState('cells');
  const { run, detail, failure } = model;
  if (!run) {
    return (
      <p className="jp-Batch-hint" role="status">
        {failure === null ? (
          trans.__('Asking…')
        ) : (
          <Trouble failure={failure} trans={trans} />
        )}
      </p>
    );
  }
  const history = detail?.history ?? [];
  return (
    <>
      <Away runs={model.runs} trans={trans} />
      <Title run={run} now={now} trans={trans} />
      <TimelineView
        timeline={timelineOf(run, history, cells.outline, now)}
        trans={trans}
      />
      {detail && detail.warnings.length > 0 ? (
        <ul className="jp-Batch-warnings" aria-label={trans.__('Warnings')}>
          {detail.warnings.map((warning, at) => (
            <li key={at} lang="en">
              {warning}
            </li>
          ))}
        </ul>
      ) : null}
      <Tabs
        id={`jp-batch-${model.id}`}
        label={trans.__('Parts of the run')}
        tabs={tabsOf(props)}
        chosen={tab}
        onChoose={setTab}
      />
    </>
  );
}

function tabsOf(props: IDocumentOptions & { cells: Cells }): ITab[] {
  const { model, trans } = props;
  const { run, detail } = model;
  const history = detail?.history ?? [];
  return [
    {
      name: 'cells',
      title: trans.__('Cells'),
      content: () => <CellsTab {...props} />,
      kept: true
    },
    {
      name: 'parameters',
      title: trans.__('Parameters'),
      content: () => (
        <Provenance parameters={run?.parameters ?? []} trans={trans} />
      )
    },
    {
      name: 'files',
      title: trans.__('Files'),
      content: () => <Files model={model} trans={trans} />
    },
    {
      name: 'log',
      title: trans.__('Log'),
      content: () => <Log api={model.api} id={model.id} trans={trans} />
    },
    {
      name: 'credential',
      title: trans.__('Credential'),
      content: () => (
        <Credential
          id={model.id}
          lease={run?.lease ?? null}
          history={history}
          commands={props.commands}
          trans={trans}
        />
      )
    },
    {
      name: 'history',
      title: trans.__('History'),
      content: () => <History entries={history} trans={trans} />
    },
    {
      name: 'record',
      title: trans.__('Record'),
      content: () => <RecordView model={model} trans={trans} />
    }
  ];
}

const OPEN = 'docmanager:open';

/** The cells, and where the files of a traceback are. */
function CellsTab(
  props: IDocumentOptions & { cells: Cells }
): React.JSX.Element {
  const { model, commands } = props;
  const { record } = useRecord(model);
  const { run } = model;
  return (
    <CellsPane
      {...props}
      files={{
        file: path =>
          run && commands.hasCommand(OPEN)
            ? originalOf(
                path,
                run.run_folder,
                record?.project ?? null,
                run.notebook,
                run.contents_path
              )
            : null,
        openFile: (path, line) =>
          void commands
            .execute(OPEN, { path, factory: 'Editor' })
            .then((opened: IDocumentWidget | undefined) =>
              goToLine(commands, opened, line)
            )
      }}
    />
  );
}
