import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IConnection } from '../tokens';
import { problemTitle } from '../words/problems';
import { hourAndMinute } from '../words/time';

/** How it is with the way to the broker: a dot, words, and more on demand. */
export function Connection(props: {
  connection: IConnection;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { connection, trans } = props;
  const { state, restarted } = connection;
  const more = [
    state === 'polling'
      ? trans.__(
          'The broker answers, but its events do not arrive here. Changes show a few seconds late.'
        )
      : null,
    restarted
      ? trans.__(
          'The broker was restarted at %1; runs went on meanwhile.',
          hourAndMinute(restarted)
        )
      : null
  ].filter(Boolean);
  return (
    <span
      className={`jp-Batch-connection jp-mod-${state}`}
      data-connection={state}
      role="status"
      title={more.length > 0 ? more.join('\n') : undefined}
    >
      {connectionWords(trans, connection)}
    </span>
  );
}

/** `live`, or `reconnecting, last seen 12:03`. */
export function connectionWords(
  trans: TranslationBundle,
  { state, lastSeen, problem, restarted }: IConnection
): string {
  switch (state) {
    case 'live':
      return restarted
        ? trans.__('live, broker restarted %1', hourAndMinute(restarted))
        : trans.__('live');
    case 'polling':
      return trans.__('live, every few seconds');
    case 'signed-out':
      return lastSeen
        ? trans.__('signed out, last seen %1', hourAndMinute(lastSeen))
        : trans.__('signed out');
    case 'reconnecting':
      return lastSeen
        ? trans.__('reconnecting, last seen %1', hourAndMinute(lastSeen))
        : trans.__('reconnecting');
    case 'connecting':
      return problem ? problemTitle(trans, problem) : trans.__('connecting');
  }
}
