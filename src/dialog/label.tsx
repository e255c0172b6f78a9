import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Session } from './session';

/** A name by which people find the run again. */
export function Label(props: {
  label: string;
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { label, session, trans } = props;
  const id = React.useId();
  return (
    <div className="jp-Batch-label">
      <label htmlFor={id}>{trans.__('Label')}</label>
      <input
        id={id}
        className="jp-mod-styled"
        data-field="label"
        maxLength={200}
        placeholder={trans.__('to find the run again')}
        value={label}
        onChange={event => session.note({ label: event.target.value })}
      />
    </div>
  );
}
