import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Session } from './session';

/** Whether the notebook shall know all of this the next time. */
export function Remember(props: {
  on: boolean;
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { on, session, trans } = props;
  const id = React.useId();
  return session.source.edits === null ? null : (
    <div className="jp-Batch-remember">
      <label>
        <input
          type="checkbox"
          checked={on}
          data-field="remember"
          aria-describedby={`${id}-what`}
          onChange={event => session.note({ remember: event.target.checked })}
        />
        {trans.__('Remember in the notebook')}
      </label>
      <span id={`${id}-what`} className="jp-Batch-hint">
        {trans.__(
          'names and types of the parameters, outputs, files mode, where results go, what is asked of a cluster, whose Python it has; never a value'
        )}
      </span>
    </div>
  );
}
