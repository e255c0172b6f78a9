import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { layerWord, originMark, originWords } from '../words/layers';
import type { IRow } from './rows';

/** Where the value comes from, in one word and a place; opens the ladder. */
export function Chip(props: {
  row: IRow;
  open: boolean;
  controls: string;
  trans: TranslationBundle;
  onToggle: () => void;
}): React.JSX.Element {
  const { row, open, controls, trans, onToggle } = props;
  const { edited, chain } = row;
  const kind = edited ? 'edited' : (chain?.layer ?? 'none').replace('_', '-');
  return (
    <button
      type="button"
      className={`jp-Batch-chip jp-mod-${kind}`}
      aria-expanded={open}
      aria-controls={controls}
      title={trans.__('Where this value comes from')}
      data-layer={edited ? 'override' : chain?.layer}
      onClick={onToggle}
    >
      <span className="jp-Batch-layer">
        {edited
          ? layerWord(trans, 'override')
          : chain
            ? layerWord(trans, chain.layer)
            : trans.__('no value yet')}
      </span>
      {!edited && chain ? (
        <bdi className="jp-Batch-origin" translate={originMark(chain)}>
          {originWords(trans, chain)}
        </bdi>
      ) : null}
    </button>
  );
}
