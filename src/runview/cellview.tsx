import type { OutlineCell, Run } from '@jupyterlab-batch/protocol';
import { isStream } from '@jupyterlab/nbformat';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Cells } from '../cells/model';
import { OutputView } from '../cells/outputview';
import type { IShownCell, IShownOutput } from '../cells/screen';
import { bytes } from '../words/bytes';
import { cellName, cellStatus, cellTime, endOf } from '../words/cells';
import { brief } from '../words/duration';
import { count } from '../words/locale';
import { CellSign } from './celllist';
import { Frames, type IPlaces } from './frames';

export interface ICellViewProps {
  run: Run;
  cell: OutlineCell;
  shown: IShownCell | undefined;
  now: Date;
  cells: Cells;
  places: IPlaces;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
  /** where a paper of the run folder is, for a link */
  paper: (name: string) => string;
}

/** One cell: how it went, its source folded, its outputs live. */
export function CellView(props: ICellViewProps): React.JSX.Element | null {
  const { run, cell, shown, now, places, trans } = props;
  if (cell.kind !== 'code') {
    return <Prose {...props} />;
  }
  const status = cellStatus(cell, run);
  const time = cellTime(cell, endOf(run, now));
  const name = cellName(trans, cell);
  return (
    <article
      className="jp-Batch-cell"
      data-cell={cell.index}
      data-status={status}
      aria-label={name}
      tabIndex={-1}
    >
      <header>
        <CellSign status={status} trans={trans} />
        <h3>{name}</h3>
        {time === null ? null : (
          <span className="jp-Batch-cellTime">{brief(trans, time)}</span>
        )}
      </header>
      <Source text={shown?.source ?? ''} trans={trans} />
      {shown ? (
        <>
          <Omitted {...props} shown={shown} />
          <OutputView
            outputs={shown.outputs}
            rendermime={props.rendermime}
            trans={trans}
          />
          <Frames outputs={shown.outputs} places={places} trans={trans} />
        </>
      ) : cell.outputs > 0 ? (
        <p className="jp-Batch-hint">{trans.__('Fetching the outputs…')}</p>
      ) : null}
    </article>
  );
}

function Source(props: {
  text: string;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { text, trans } = props;
  const first = text.split('\n').find(line => line.trim() !== '') ?? '';
  return (
    <details className="jp-Batch-source">
      <summary>
        <span className="jp-Batch-unseen">{trans.__('Source')}</span>
        <code translate="no">{first}</code>
      </summary>
      <pre
        translate="no"
        tabIndex={0}
        role="region"
        aria-label={trans.__('Source')}
      >
        {text}
      </pre>
    </details>
  );
}

/** Says what is missing of a cell's outputs, and fetches it on demand. */
function Omitted(
  props: ICellViewProps & { shown: IShownCell }
): React.JSX.Element | null {
  const { cell, shown, cells, trans, paper } = props;
  const lost = shown.outputs.reduce((sum, { omitted }) => sum + omitted, 0);
  const spill = spillOf(shown.outputs);
  if (lost === 0 && shown.outputsFrom === 0 && spill === null) {
    return null;
  }
  const whole = cells.isWhole(cell.index);
  return (
    <p className="jp-Batch-omitted">
      {lost > 0 ? (
        <span>{trans.__('%1 of the output are not shown.', bytes(lost))}</span>
      ) : null}
      {shown.outputsFrom > 0 ? (
        <span>
          {trans._n(
            '%2 earlier output is not shown.',
            '%2 earlier outputs are not shown.',
            shown.outputsFrom,
            count(shown.outputsFrom)
          )}
        </span>
      ) : null}
      {whole ? (
        lost > 0 ? (
          <span>{trans.__('The executed notebook has all of it.')}</span>
        ) : null
      ) : (
        <button
          type="button"
          data-action="show-all"
          onClick={() => void cells.showAll(cell.index)}
        >
          {trans.__('Show all')}
        </button>
      )}
      {spill ? (
        <a href={paper(spill)} download={spill} data-action="spill">
          {trans.__('Download %1', spill)}
        </a>
      ) : null}
    </p>
  );
}

/** The file that the runner names where a cell printed more than is kept. */
function spillOf(outputs: readonly IShownOutput[]): string | null {
  for (const { output } of outputs.slice(-3)) {
    if (isStream(output) && output.name === 'stderr') {
      const text = [output.text].flat().join('');
      const found = /The rest is in (spill-\d+\.txt)/.exec(text.slice(-2000));
      if (found) {
        return found[1];
      }
    }
  }
  return null;
}

function Prose(props: ICellViewProps): React.JSX.Element | null {
  const { cell, shown, rendermime, trans } = props;
  const source = shown?.source ?? '';
  const outputs = React.useMemo(
    () => [
      {
        index: 0,
        seq: 0,
        omitted: 0,
        output: {
          output_type: 'display_data',
          metadata: {},
          data: { 'text/markdown': source }
        }
      }
    ],
    [source]
  );
  return cell.kind === 'markdown' && source !== '' ? (
    <div className="jp-Batch-prose" data-cell={cell.index}>
      <OutputView
        key={source}
        outputs={outputs}
        rendermime={rendermime}
        trans={trans}
      />
    </div>
  ) : null;
}
