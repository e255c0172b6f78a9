import type { IHistoryRow } from '../store/types.ts';

/** Leave a run in its state, and are worth telling its user all the same. */
const EVENTS: ReadonlySet<string> = new Set(['gone', 'claim_refused']);

/** Whether people are told of a row of the history. Pure. */
export const isTold = ({
  fits,
  from,
  to,
  event,
  detail
}: IHistoryRow): boolean =>
  fits && (from !== to || (EVENTS.has(event) && detail !== null));
