import { BatchError, problem, type RunQuery } from '@jupyterlab-batch/protocol';

import type { IRunPageQuery } from '../store/types.ts';
import { statesOf } from './states.ts';

/**
 * A query of the contract in the store's words.
 *
 * @throws BatchError `invalid_request` for a day that no calendar has, or no such state
 */
export function pageQuery(query: RunQuery): IRunPageQuery {
  const { limit, cursor, state, target, notebook, label, q } = query;
  return {
    limit: limit ?? 50,
    cursor,
    states: statesOf(state),
    target,
    notebook,
    label,
    after: timeOf(query.after, 'after'),
    before: timeOf(query.before, 'before'),
    q,
    order: query.order
  };
}

function timeOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new BatchError(
      problem(
        'invalid_request',
        `${name}: ${text} is not a time, for instance 2026-11-23T12:00:00Z.`
      )
    );
  }
  return time;
}
