import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { layerWord } from '../words/layers';
import type { IRow } from './rows';

/** The value in force and those behind it, from high to low. */
export function Ladder(props: {
  row: IRow;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { row, trans } = props;
  const { chain, edited, text } = row;
  const below = chain
    ? [
        { text: chain.text, layer: chain.layer, origin: chain.origin },
        ...chain.shadowed
      ]
    : [];
  const all = edited
    ? [
        { text, layer: 'override' as const, origin: trans.__('this dialog') },
        ...below
      ]
    : below;
  return all.length === 0 ? (
    <p>{trans.__('No place gives a value.')}</p>
  ) : (
    <ol>
      {all.map(({ text: value, layer, origin }, index) => (
        <li key={index} aria-current={index === 0}>
          <span className="jp-Batch-layer">{layerWord(trans, layer)}</span>
          <span className="jp-Batch-origin">{origin}</span>
          <code>{value}</code>
          <span>{index === 0 ? trans.__('in force') : trans.__('hidden')}</span>
        </li>
      ))}
    </ol>
  );
}
