import type { Problem } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemTitle } from '../words/problems';
import type { Session } from './session';

/** What the server refused, and what can be done about it. */
export function Refusal(props: {
  problem: Problem;
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { problem, session, trans } = props;
  return (
    <div className="jp-Batch-refusal" role="alert" data-code={problem.code}>
      <strong>{problemTitle(trans, problem)}</strong>
      <p>{problem.detail}</p>
      <button
        type="button"
        className="jp-Batch-link"
        data-field="retry"
        onClick={() => void session.prepare()}
      >
        {trans.__('Look again')}
      </button>
    </div>
  );
}
