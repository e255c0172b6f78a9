import type { Prepared } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

export interface IIdentityProps {
  prepared: Prepared;
  trans: TranslationBundle;
}

/** As whom the run acts. */
export function Identity({
  prepared,
  trans
}: IIdentityProps): React.JSX.Element {
  const { target } = prepared;
  return (
    <details className="jp-Batch-fold">
      <summary data-fold="identity">
        <span className="jp-Batch-foldName">{trans.__('Identity')}</span>
        <span lang={target.identity === null ? undefined : 'en'}>
          {target.identity === null
            ? trans.__('the run holds no credential')
            : (target.identity_line ?? target.identity)}
        </span>
      </summary>
      <div className="jp-Batch-foldBody">
        {target.identity === null
          ? trans.__(
              'Nothing here names an identity, so the notebook acts with what it finds by itself.'
            )
          : trans.__(
              'A credential is made for this run when it starts, handed out by token(), and revoked when the run ends. It may: %1.',
              target.scopes.length > 0
                ? target.scopes.join(', ')
                : trans.__('nothing in particular')
            )}
      </div>
    </details>
  );
}
