import type { Problem } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemTitle } from '../words/problems';
import { hourAndMinute } from '../words/time';
import type { Session } from './session';

/** What the server refused, and what can be done about it. */
export function Refusal(props: {
  problem: Problem;
  awaySince: Date | null;
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { problem, awaySince, session, trans } = props;
  return (
    <div className="jp-Batch-refusal" role="alert" data-code={problem.code}>
      <strong>{problemTitle(trans, problem)}</strong>
      <p lang={problem.code === 'idempotency_mismatch' ? undefined : 'en'}>
        {problem.code === 'idempotency_mismatch'
          ? trans.__(
              'The run was accepted as it was before your last edit; only the answer was lost. It is in Batch runs. Submit again to run these values as well.'
            )
          : problem.detail}
      </p>
      {problem.code === 'broker_unreachable' ? (
        <p className="jp-Batch-away">{awayWords(trans, awaySince)}</p>
      ) : null}
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

function awayWords(trans: TranslationBundle, since: Date | null): string {
  return since === null
    ? trans.__('It is asked again by itself. What you chose is kept.')
    : trans.__(
        'Last answer at %1; it is asked again by itself. What you chose is kept.',
        hourAndMinute(since)
      );
}
