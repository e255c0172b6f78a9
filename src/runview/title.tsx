import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { RunFacts } from '../parts/runfacts';
import { StateBadge } from '../parts/statebadge';
import { resourceWords } from '../words/resources';
import { runtimeWords } from '../words/runtime';
import { notebookName } from '../words/states';
import { fullTime, shortTime } from '../words/time';

/** What runs, how it is, and how it ended. */
export function Title(props: {
  run: Run;
  now: Date;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { run, now, trans } = props;
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
        <RunFacts run={run} now={now} trans={trans} />
        {resourceWords(trans, run.resources).map(words => (
          <bdi key={words} data-resource>
            {words}
          </bdi>
        ))}
        {run.runtime ? (
          <bdi data-runtime>{runtimeWords(trans, run.runtime)}</bdi>
        ) : null}
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
