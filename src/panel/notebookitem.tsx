import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { count } from '../words/locale';

/** The line above the runs of one notebook. */
export function NotebookItem(props: {
  notebook: string;
  runs: number;
  open: boolean;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { notebook, runs, open, trans } = props;
  const cut = notebook.lastIndexOf('/');
  const folder = notebook.slice(0, Math.max(0, cut));
  const caret = open ? caretDownIcon : caretRightIcon;
  return (
    <div className="jp-Batch-notebookHead">
      <caret.react tag="span" className="jp-Batch-caret" aria-hidden={true} />
      <bdi className="jp-Batch-notebookName" title={notebook} translate="no">
        {notebook.slice(cut + 1)}
      </bdi>
      <span className="jp-Batch-folder">
        <bdi title={notebook} translate="no">
          {folder}
        </bdi>
      </span>
      <span className="jp-Batch-runCount">
        {trans._n('%2 run', '%2 runs', runs, count(runs))}
      </span>
    </div>
  );
}
