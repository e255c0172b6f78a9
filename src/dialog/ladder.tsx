import type { Prepared } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { layerWord, originMark, originWords } from '../words/layers';
import type { IHost } from './host';
import type { IRow } from './rows';
import { rungsOf, type IRung } from './rungs';

export interface ILadderProps {
  row: IRow;
  prepared: Prepared;
  host: IHost;
  trans: TranslationBundle;
}

/** The whole chain for one parameter, from high to low. */
export function Ladder(props: ILadderProps): React.JSX.Element {
  const { row, prepared, trans } = props;
  return (
    <ol>
      {rungsOf(row, prepared.places).map((rung, index) => (
        <li
          key={index}
          aria-current={rung.wins}
          data-rung={rung.layer}
          data-empty={rung.text === null}
        >
          <span className="jp-Batch-layer">{layerWord(trans, rung.layer)}</span>
          <Origin {...props} rung={rung} />
          <span className="jp-Batch-rungValue">
            {rung.text === null ? (
              <span aria-label={trans.__('no value')}>–</span>
            ) : (
              <code translate="no">{rung.text}</code>
            )}
          </span>
          <span>
            {rung.wins
              ? trans.__('in force')
              : rung.text === null
                ? ''
                : trans.__('hidden')}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Where the value stands; pressed, it is shown there. */
function Origin(props: ILadderProps & { rung: IRung }): React.JSX.Element {
  const { row, rung, prepared, host, trans } = props;
  const { openFile, showCell } = host;
  const { cell } = row.declaration;
  const link = prepared.links[rung.origin] ?? null;
  const go =
    link && openFile
      ? () => openFile(link.path, link.line)
      : rung.layer === 'notebook' && cell !== null && rung.text !== null
        ? showCell && (() => showCell(cell))
        : null;
  const [words, mark] =
    rung.layer === 'override'
      ? [trans.__('this dialog')]
      : [originWords(trans, rung), originMark(rung)];
  return go ? (
    <button
      type="button"
      className="jp-Batch-link jp-Batch-origin"
      translate={mark}
      title={trans.__('Leave the dialog and show %1', words)}
      onClick={go}
    >
      {words}
    </button>
  ) : (
    <bdi className="jp-Batch-origin" translate={mark}>
      {words}
    </bdi>
  );
}
