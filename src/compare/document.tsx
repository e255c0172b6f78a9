import type { Run } from '@jupyterlab-batch/protocol';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Cells } from '../cells/model';
import { OutputView } from '../cells/outputview';
import { Away } from '../parts/away';
import { useChanges } from '../parts/follow';
import { useNow } from '../parts/now';
import type { RunModel } from '../parts/runmodel';
import { StateBadge } from '../parts/statebadge';
import { Trouble } from '../parts/trouble';
import { CommandIDs } from '../tokens';
import { cellName } from '../words/cells';
import { brief, clock } from '../words/duration';
import { count } from '../words/locale';
import { elapsed, notebookName } from '../words/states';
import { fullTime, shortTime } from '../words/time';
import { cellRows, parameterRows, type ICellRow } from './comparison';

export interface ICompareOptions {
  models: readonly RunModel[];
  rendermime: IRenderMimeRegistry;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** Runs side by side: what differs, how long it took, what came out. */
export class CompareDocument extends ReactWidget {
  constructor(options: ICompareOptions) {
    super();
    this._options = options;
    this.addClass('jp-Batch-document');
    this.addClass('jp-Batch-compare');
    this._cells = options.models.map(
      model =>
        new Cells({
          api: model.api,
          id: model.id,
          moving: () => model.active,
          hidden: () => !this.isVisible
        })
    );
  }

  dispose(): void {
    this._cells.forEach(cells => cells.dispose());
    this._options.models.forEach(model => model.dispose());
    super.dispose();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._options.models.forEach(model => void model.refresh());
    this._cells.forEach(cells => cells.start());
  }

  protected render(): React.JSX.Element {
    return <Body {...this._options} cells={this._cells} />;
  }

  private readonly _options: ICompareOptions;
  private readonly _cells: readonly Cells[];
}

type IBodyProps = ICompareOptions & { cells: readonly Cells[] };

function Body(props: IBodyProps): React.JSX.Element {
  const { models, cells, commands, trans } = props;
  [...models, ...cells].forEach(model => useChanges(model));
  const now = useNow(
    models[0].runs,
    models.some(({ active }) => active)
  );
  const runs = models.flatMap(({ run }) => (run ? [run] : []));
  if (runs.length < models.length) {
    const failed = models.find(({ failure: each }) => each !== null);
    const failure = failed?.failure ?? null;
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
  const rows = cellRows(
    cells.map(({ outline }) => outline),
    runs,
    now
  );
  return (
    <>
      <Away runs={models[0].runs} trans={trans} />
      <h2>
        {trans._n(
          '%2 run side by side',
          '%2 runs side by side',
          runs.length,
          count(runs.length)
        )}
      </h2>
      <div className="jp-Batch-compareTable">
        <table className="jp-Batch-table" data-part="runs">
          <Head runs={runs} now={now} commands={commands} trans={trans} />
          <Parameters runs={runs} trans={trans} />
          <tbody>
            <tr>
              <th scope="row">{trans.__('Took')}</th>
              {runs.map(run => {
                const taken = elapsed(run, now);
                return (
                  <td key={run.id}>{taken === null ? '–' : clock(taken)}</td>
                );
              })}
            </tr>
          </tbody>
          <Times rows={rows} runs={runs} cells={cells} trans={trans} />
        </table>
      </div>
      <h3>{trans.__('Outputs')}</h3>
      <Outputs {...props} rows={rows} runs={runs} />
    </>
  );
}

function Head(props: {
  runs: readonly Run[];
  now: Date;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { runs, now, commands, trans } = props;
  return (
    <thead>
      <tr>
        <th scope="col">{trans.__('Run')}</th>
        {runs.map(run => (
          <th key={run.id} scope="col">
            <button
              type="button"
              className="jp-Batch-action"
              title={trans.__('Open run view')}
              onClick={() =>
                void commands.execute(CommandIDs.openRun, { id: run.id })
              }
            >
              <bdi translate="no">{nameOf(run)}</bdi>
            </button>
            <StateBadge run={run} trans={trans} />
            <time
              dateTime={run.submitted_at}
              title={fullTime(run.submitted_at)}
            >
              {shortTime(run.submitted_at, now)}
            </time>
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** What people know a run by, and what tells it from the others. */
function nameOf(run: Run): string {
  return `${run.label ?? notebookName(run)} ${run.id.slice(-8)}`;
}

function Parameters(props: {
  runs: readonly Run[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { runs, trans } = props;
  const [all, setAll] = React.useState(false);
  const rows = parameterRows(runs);
  const same = rows.filter(({ differs }) => !differs).length;
  return (
    <tbody>
      {rows
        .filter(({ differs }) => differs || all)
        .map(({ name, texts, differs }) => (
          <tr key={name} data-compared={name} data-differs={differs}>
            <th scope="row" translate="no">
              {name}
            </th>
            {texts.map((text, at) => (
              <td key={at} className={differs ? 'jp-mod-differs' : undefined}>
                {text === null ? '–' : <code translate="no">{text}</code>}
              </td>
            ))}
          </tr>
        ))}
      {same > 0 ? (
        <tr>
          <td colSpan={runs.length + 1}>
            <label>
              <input
                type="checkbox"
                checked={all}
                onChange={event => setAll(event.target.checked)}
              />
              {trans._n(
                '%2 parameter is the same: show it',
                '%2 parameters are the same: show them',
                same,
                count(same)
              )}
            </label>
          </td>
        </tr>
      ) : null}
    </tbody>
  );
}

function Times(props: {
  rows: readonly ICellRow[];
  runs: readonly Run[];
  cells: readonly Cells[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { rows, runs, cells, trans } = props;
  // Each run tells of its cells in its own time.
  const none = cells.map(({ looked }) => (looked ? '–' : '…'));
  return (
    <tbody data-part="times">
      {rows.slice(0, MANY).map(({ cell, times }) => (
        <tr key={cell.index}>
          <th scope="row">{cellName(trans, cell)}</th>
          {times.map((time, at) => (
            <td key={runs[at].id}>
              {time === null ? none[at] : brief(trans, time)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

/** Rows that a page bears at once: of times, and of outputs until more are asked for. */
const MANY = 500;

/** The cells that any run has outputs of, the first of them and more on demand. */
function Outputs(
  props: IBodyProps & { rows: readonly ICellRow[]; runs: readonly Run[] }
): React.JSX.Element {
  const { rows, runs, cells, rendermime, trans } = props;
  const [most, setMost] = React.useState(MANY);
  const told = rows.filter(({ indices }) =>
    cells.some(({ outline }, at) => {
      const index = indices[at];
      return index !== null && (outline[index]?.outputs ?? 0) > 0;
    })
  );
  const next = Math.min(MANY, told.length - most);
  return (
    <>
      {told.slice(0, most).map(row => (
        <SideBySide
          key={row.cell.index}
          row={row}
          runs={runs}
          cells={cells}
          rendermime={rendermime}
          trans={trans}
        />
      ))}
      {next > 0 ? (
        <button
          type="button"
          className="jp-Batch-action"
          data-action="more-cells"
          onClick={() => setMost(most + MANY)}
        >
          {trans._n(
            'Show %2 more cell of %3',
            'Show %2 more cells of %3',
            next,
            count(next),
            count(told.length)
          )}
        </button>
      ) : null}
    </>
  );
}

/** One cell in every run; its outputs are fetched when it is opened. */
function SideBySide(props: {
  row: ICellRow;
  runs: readonly Run[];
  cells: readonly Cells[];
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { row, runs, cells, rendermime, trans } = props;
  const [open, setOpen] = React.useState(false);
  // Runs tell of their cells one after the other: who comes late is asked too.
  React.useEffect(() => {
    if (open) {
      cells.forEach((each, at) => each.also(row.indices[at]));
    }
  }, [open, row.indices.join()]);
  return (
    <details
      className="jp-Batch-compareCell"
      data-compared-cell={row.cell.index}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{cellName(trans, row.cell)}</summary>
      {open ? (
        <div className="jp-Batch-compareColumns">
          {runs.map((run, at) => {
            const index = row.indices[at];
            const shown = index === null ? undefined : cells[at].get(index);
            return (
              <section
                key={run.id}
                aria-label={trans.__('Run %1', nameOf(run))}
              >
                <h4 translate="no">{nameOf(run)}</h4>
                <OutputView
                  outputs={shown?.outputs ?? NOTHING}
                  rendermime={rendermime}
                  trans={trans}
                />
              </section>
            );
          })}
        </div>
      ) : null}
    </details>
  );
}

const NOTHING: [] = [];
