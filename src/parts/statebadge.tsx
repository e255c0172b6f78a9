import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { stateIcons } from '../icons';
import { stateWord } from '../words/states';

/** Icon, word and colour together, so that none of them is needed alone. */
export function StateBadge(props: {
  run: Run;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { run, trans } = props;
  const word = stateWord(trans, run);
  const icon = stateIcons[run.state];
  return (
    <span className={`jp-Batch-state jp-mod-${run.state}`} title={word}>
      <icon.react tag="span" aria-hidden={true} />
      <span className="jp-Batch-stateWord">{word}</span>
    </span>
  );
}
