import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Session } from './session';

/** Says that this is what was typed the last time, and takes it back. */
export function Resumed(props: {
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { session, trans } = props;
  return (
    <div className="jp-Batch-notice jp-Batch-resumed" role="status">
      <span>{trans.__('What you chose the last time is here again.')}</span>
      <button
        type="button"
        className="jp-Batch-link"
        data-start-over
        onClick={() => session.startOver()}
      >
        {trans.__('Begin anew')}
      </button>
    </div>
  );
}
