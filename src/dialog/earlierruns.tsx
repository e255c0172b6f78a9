import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../words/locale';
import { stateWord } from '../words/states';
import { shortTime } from '../words/time';
import { changesTo } from './earlier';
import type { IRow } from './rows';
import type { Session } from './session';

/** So many values say which run it was; the rest is counted. */
const SHOWN = 4;

/** The runs of this notebook, newest first; one pressed gives its values. */
export function EarlierRuns(props: {
  rows: readonly IRow[];
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { rows, session, trans } = props;
  const [runs, setRuns] = React.useState<readonly Run[] | null>(null);
  const [failure, setFailure] = React.useState<string | null>(null);
  React.useEffect(() => {
    let wanted = true;
    session.filling.earlierRuns().then(
      found => wanted && setRuns(found),
      (reason: unknown) =>
        wanted && setFailure(reason instanceof Error ? reason.message : '')
    );
    return () => {
      wanted = false;
    };
  }, [session]);
  if (failure !== null) {
    return (
      <p className="jp-Batch-hint" role="alert" lang="en">
        {failure}
      </p>
    );
  }
  if (runs === null || runs.length === 0) {
    return (
      <p className="jp-Batch-hint">
        {runs === null
          ? trans.__('Looking for runs…')
          : trans.__('This notebook has not run as batch yet.')}
      </p>
    );
  }
  return (
    <ul className="jp-Batch-earlier" aria-label={trans.__('Earlier runs')}>
      {runs.map(run => (
        <li key={run.id}>
          <button
            type="button"
            data-values-of={run.id}
            onClick={() => session.filling.takeValues(run)}
          >
            <time dateTime={run.submitted_at}>
              {shortTime(run.submitted_at, new Date())}
            </time>
            <span>{stateWord(trans, run)}</span>
            <strong translate="no">{run.label}</strong>
            <code translate="no">
              {changeWords(trans, changesTo(rows, run))}
            </code>
          </button>
        </li>
      ))}
    </ul>
  );
}

function changeWords(
  trans: TranslationBundle,
  changes: readonly string[]
): string {
  if (changes.length === 0) {
    return trans.__('the same values');
  }
  const shown = changes.slice(0, SHOWN).join(', ');
  const more = changes.length - SHOWN;
  return more > 0 ? trans.__('%1 and %2 more', shown, count(more)) : shown;
}
