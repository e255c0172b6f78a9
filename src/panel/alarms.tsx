import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IRuns } from '../tokens';
import { alarmTitle } from '../words/alarms';

/** What the broker warns of, for as long as it does. */
export function Alarms(props: {
  alarms: IRuns['alarms'];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { alarms, trans } = props;
  return (
    <>
      {alarms.map(({ message, fix }) => (
        <p key={message} className="jp-Batch-alarm" role="alert">
          <strong>{alarmTitle(trans)}</strong>{' '}
          <span lang="en">
            {message}. {fix}
          </span>
        </p>
      ))}
    </>
  );
}
