import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { clock, writeDuration } from '../words/duration';
import { elapsed, whereabouts } from '../words/states';

/** How far a run is, how long it took and may take, where, and with what. */
export function RunFacts(props: {
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
    <>
      {facts.map(fact => (
        <span key={fact}>{fact}</span>
      ))}
      {run.target === 'local' ? null : <bdi translate="no">{run.target}</bdi>}
      <bdi translate="no">{run.kernel}</bdi>
    </>
  );
}
