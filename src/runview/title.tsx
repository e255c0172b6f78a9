import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { StateBadge } from '../parts/statebadge';
import { clock, writeDuration } from '../words/duration';
import { elapsed, notebookName, whereabouts } from '../words/states';
import { fullTime, shortTime } from '../words/time';

/** What runs, how it is, and how it ended. */
export function Title(props: {
  run: Run;
  now: Date;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { run, now, trans } = props;
  const taken = elapsed(run, now);
  const facts = [
    whereabouts(trans, run),
    taken === null ? null : clock(taken),
    trans.__('limit %1', writeDuration(trans, run.time_limit)),
    run.target === 'local' ? trans.__('This machine') : run.target,
    run.kernel
  ].filter(fact => fact !== null);
  return (
    <header className="jp-Batch-title">
      <h2 title={run.notebook}>{notebookName(run)}</h2>
      {run.label ? <em className="jp-Batch-runLabel">{run.label}</em> : null}
      <StateBadge run={run} trans={trans} />
      <span className="jp-Batch-runFacts">
        {facts.map(fact => (
          <span key={fact}>{fact}</span>
        ))}
        <time dateTime={run.submitted_at} title={fullTime(run.submitted_at)}>
          {trans.__('submitted %1', shortTime(run.submitted_at, now))}
        </time>
        <code title={run.id}>{run.id.slice(-8)}</code>
      </span>
      {run.message ? (
        <p className="jp-Batch-runMessage" role="status">
          {run.message}
        </p>
      ) : null}
    </header>
  );
}
