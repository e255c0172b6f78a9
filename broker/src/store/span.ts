import { BatchError, problem } from '@jupyterlab-batch/protocol';

import type { Database } from './database.ts';
import { numberOrNull } from './document.ts';
import type { IRunFilter } from './types.ts';

/** The rows that a page may look at, and in which order. */
export interface ISpan {
  /** only rows behind this one; null: from the first */
  readonly above: number | null;
  /** only rows before this one; null: to the last */
  readonly below: number | null;
  readonly oldest: boolean;
  /** conditions on the time of submission (ms), where one was asked for */
  readonly after: number | null;
  readonly before: number | null;
}

/** All rows before one, the newest first. */
export function before(seq: number): ISpan {
  return { above: null, below: seq, oldest: false, after: null, before: null };
}

/** Conditions and their values; `column` is the number of the row. */
export function within(
  span: ISpan,
  column: string
): { conditions: string[]; values: number[] } {
  const found: [string, number | null][] = [
    [`${column} < ?`, span.below],
    [`${column} > ?`, span.above],
    ['run.submitted_at >= ?', span.after],
    ['run.submitted_at < ?', span.before]
  ];
  const asked = found.filter(
    (each): each is [string, number] => each[1] !== null
  );
  return {
    conditions: asked.map(([condition]) => condition),
    values: asked.map(([, value]) => value)
  };
}

/** True where the time of submission has to be looked at. */
export function isTimed(span: ISpan): boolean {
  return span.after !== null || span.before !== null;
}

/**
 * The span of a page. Rows are numbered in the order of submission, so a span of
 * time is a span of rows. Only where a clock was set back around its edge the
 * time of each row is looked at too.
 *
 * @returns null where no row can fit
 * @throws BatchError `invalid_request` for a cursor that is not ours
 */
export function spanOf(
  db: Database,
  filter: IRunFilter,
  cursor: string | undefined,
  oldest: boolean
): ISpan | null {
  const position = positionOf(cursor);
  let above = oldest ? (position ?? 0) : null;
  let below = oldest ? null : (position ?? Number.MAX_SAFE_INTEGER);
  let [after, before]: (number | null)[] = [null, null];
  if (filter.after !== undefined) {
    const { first, last } = edge(db, filter.after);
    if (first === null) {
      return null;
    }
    above = Math.max(above ?? 0, first - 1);
    after = last !== null && last >= first ? filter.after : null;
  }
  if (filter.before !== undefined) {
    const { first, last } = edge(db, filter.before);
    if (last === null) {
      return null;
    }
    below = Math.min(below ?? last + 1, last + 1);
    before = first !== null && first <= last ? filter.before : null;
  }
  return { above, below, oldest, after, before };
}

/**
 * Rows around a time: none before `first` is of that time or later, none behind
 * `last` is earlier. Where the clock was set back, `first` is not behind `last`.
 */
function edge(
  db: Database,
  time: number
): { first: number | null; last: number | null } {
  const first = numberOrNull(
    db.get(
      `SELECT seq FROM run INDEXED BY run_latest WHERE latest >= ?
         ORDER BY latest, seq LIMIT 1`,
      time
    )?.seq
  );
  const row = db.get(
    `SELECT
       (SELECT max(seq) FROM run WHERE seq < ?) AS reached,
       (SELECT max(seq) FROM run INDEXED BY run_back
          WHERE submitted_at < latest AND submitted_at < ?) AS back`,
    first ?? Number.MAX_SAFE_INTEGER,
    time
  );
  const reached = numberOrNull(row?.reached);
  const back = numberOrNull(row?.back);
  return {
    first,
    last:
      reached === null && back === null
        ? null
        : Math.max(reached ?? 0, back ?? 0)
  };
}

function positionOf(cursor: string | undefined): number | null {
  if (cursor === undefined) {
    return null;
  }
  if (!/^[1-9]\d{0,14}$/.test(cursor)) {
    throw foreignCursor();
  }
  return Number(cursor);
}

export function foreignCursor(): BatchError {
  return new BatchError(
    problem(
      'invalid_request',
      'The cursor is not one that a page of this list gave as `next`.'
    )
  );
}
