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
    run.target === 'local' ? trans.__('This machine') : null
  ].filter(fact => fact !== null);
  return (
    <div className="jp-Batch-title">
      <h2 title={run.notebook} translate="no" dir="auto">
        {notebookName(run)}
      </h2>
      {run.label ? (
        <em className="jp-Batch-runLabel" translate="no">
          {run.label}
        </em>
      ) : null}
      <StateBadge run={run} trans={trans} />
      <span className="jp-Batch-runFacts">
        {facts.map(fact => (
          <span key={fact}>{fact}</span>
        ))}
        {run.target === 'local' ? null : <bdi translate="no">{run.target}</bdi>}
        <bdi translate="no">{run.kernel}</bdi>
        <time dateTime={run.submitted_at} title={fullTime(run.submitted_at)}>
          {trans.__('submitted %1', shortTime(run.submitted_at, now))}
        </time>
        <code title={run.id} translate="no">
          {run.id.slice(-8)}
        </code>
      </span>
      {run.message ? (
        <p className="jp-Batch-runMessage" role="status" lang="en">
          {run.message}
        </p>
      ) : null}
    </div>
  );
}
