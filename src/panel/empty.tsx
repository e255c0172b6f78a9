import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { batchIcon } from '../icons';
import { CommandIDs } from '../tokens';

/** What the panel says where there is nothing to list. */
export function Empty(props: {
  commands: CommandRegistry;
  trans: TranslationBundle;
  /** the filter hides all there is */
  filtered: boolean;
  onClear: () => void;
}): React.JSX.Element {
  const { commands, trans, filtered, onClear } = props;
  if (filtered) {
    return (
      <div className="jp-Batch-empty" data-empty="filtered">
        <p>{trans.__('No run fits this filter.')}</p>
        <button type="button" className="jp-mod-styled" onClick={onClear}>
          {trans.__('Show all runs')}
        </button>
      </div>
    );
  }
  const run = CommandIDs.runNotebook;
  const possible = commands.hasCommand(run) && commands.isEnabled(run);
  return (
    <div className="jp-Batch-empty" data-empty="none">
      <batchIcon.react tag="span" aria-hidden={true} />
      <h3>{trans.__('No batch runs yet.')}</h3>
      <ol>
        <li>
          {trans.__('Open a notebook and press Run as batch in its toolbar.')}
        </li>
        <li>
          {trans.__(
            'You see each parameter with where its value comes from; change what you like and submit.'
          )}
        </li>
        <li>
          {trans.__(
            'Close the browser if you like: the run goes on, and its result waits here and beside the notebook.'
          )}
        </li>
      </ol>
      {possible ? (
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept"
          onClick={() => void commands.execute(run)}
        >
          {trans.__('Run the notebook in front as batch…')}
        </button>
      ) : null}
    </div>
  );
}
