import { BatchError, problem } from '@jupyterlab-batch/protocol';

import type { IConnection } from '../tokens';

/** What is known of a connection once a question failed. */
export function lost(connection: IConnection, reason: unknown): IConnection {
  const signedOut =
    reason instanceof BatchError && reason.code === 'signed_out';
  return {
    ...connection,
    state: signedOut
      ? 'signed-out'
      : connection.lastSeen
        ? 'reconnecting'
        : 'connecting',
    problem:
      reason instanceof BatchError
        ? reason.problem
        : problem('internal', String(reason))
  };
}
