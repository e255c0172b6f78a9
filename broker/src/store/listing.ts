import { BatchError, problem } from '@jupyterlab-batch/protocol';

import type { Database } from './database.ts';
import type { Runs } from './runs.ts';
import type { IRunFilter, IRunPageQuery, IRunPageResult } from './types.ts';

/** Up to so many rows it is cheaper to look at each than to search the text. */
const FEW = 1000;

/** One statement, with what it is asked. */
export interface IQuestion {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

type Column = 'state' | 'target' | 'notebook' | 'label';

/** Equal terms, and the index on which they are neighbours. */
interface IArm {
  readonly terms: ReadonlyMap<Column, number>;
  readonly from: string;
}

const COLUMNS: readonly Column[] = ['state', 'target', 'notebook', 'label'];

/** A short word that begins more trigrams than these is in almost every row. */
const MANY = 150;

/** Pages of the list: keyset paging along an index, whatever the filter is. */
export class Listing {
  readonly #db: Database;
  readonly #runs: Runs;

  constructor(db: Database, runs: Runs) {
    this.#db = db;
    this.#runs = runs;
  }

  page(query: IRunPageQuery): IRunPageResult {
    const limit = Math.min(Math.max(Math.trunc(query.limit), 1), 500);
    const before = positionOf(query.cursor);
    const question = this.question(query, before, limit + 1);
    const seqs = question
      ? this.#db.all(question.sql, ...question.values).map(row => row.seq)
      : [];
    const shown = seqs.slice(0, limit);
    return {
      runs: shown.flatMap(seq => this.#runs.bySeq(Number(seq)) ?? []),
      next: seqs.length > limit ? String(shown.at(-1)) : null
    };
  }

  /** What finds the rows of a page; null: there can be none. */
  question(
    filter: IRunFilter,
    before: number,
    limit: number
  ): IQuestion | null {
    const arms = this.#arms(filter);
    const words = (filter.q ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter(word => word !== '');
    const patterns = words.map(word => this.#pattern(word));
    if (arms.length === 0 || patterns.includes('')) {
      return null;
    }
    const useful = patterns.filter(pattern => pattern !== null);
    return useful.length > 0 && !this.#few(arms, before)
      ? searching(arms, words, useful, before, limit)
      : walking(arms, words, before, limit);
  }

  /**
   * What the trigram index is asked for a word; empty: no row has it; null: too
   * many trigrams for a question.
   */
  #pattern(word: string): string | null {
    if ([...word].length >= 3) {
      return quote(word);
    }
    // A word of one or two characters is there where a trigram begins with it.
    const found: string[] = [];
    let last = word;
    while (found.length <= MANY) {
      const row = this.#db.get(
        `SELECT term FROM run_term WHERE term > ? AND term < ?
           ORDER BY term LIMIT 1`,
        last,
        word + '\u{10ffff}'
      );
      if (!row) {
        return found.length > 0 ? `(${found.map(quote).join(' OR ')})` : '';
      }
      last = String(row.term);
      found.push(last);
    }
    return null;
  }

  /** One arm for each state asked for; none where a term was never seen. */
  #arms(filter: IRunFilter): IArm[] {
    const terms = new Map<Column, number>();
    for (const column of ['target', 'notebook', 'label'] as const) {
      const text = filter[column];
      if (text === undefined) {
        continue;
      }
      const term = this.#runs.knownTerm(text);
      if (term === null) {
        return [];
      }
      terms.set(column, term);
    }
    if (filter.states === undefined) {
      return [arm(terms)];
    }
    return [...new Set(filter.states)].flatMap(state => {
      const term = this.#runs.knownTerm(state);
      return term === null ? [] : [arm(new Map([...terms, ['state', term]]))];
    });
  }

  /** True where the filters alone leave few rows. */
  #few(arms: readonly IArm[], before: number): boolean {
    let left = FEW;
    for (const each of arms) {
      const { sql, values } = walk(each, [], before, left);
      if (each.terms.size === 0) {
        return false;
      }
      left -= Number(
        this.#db.get(`SELECT count(*) AS n FROM (${sql})`, ...values)?.n
      );
      if (left <= 0) {
        return false;
      }
    }
    return true;
  }
}

function arm(terms: ReadonlyMap<Column, number>): IArm {
  const columns = COLUMNS.filter(column => terms.has(column));
  const index = columns.map(column => column.slice(0, 1)).join('');
  return { terms, from: index === '' ? 'run' : `run INDEXED BY run_${index}` };
}

/** The rows of one arm, newest first, looking at the text of each. */
function walk(
  { terms, from }: IArm,
  words: readonly string[],
  before: number,
  limit: number
): IQuestion {
  const conditions = [...terms.keys()].map(column => `${column} = ?`);
  const looked = words.map(() => 'instr(text, ?) > 0');
  const text = looked.length
    ? ' AND EXISTS (SELECT 1 FROM run_text' +
      ` WHERE rowid = run.seq AND ${looked.join(' AND ')})`
    : '';
  return {
    sql:
      `SELECT seq FROM ${from}` +
      ` WHERE ${[...conditions, 'seq < ?'].join(' AND ')}${text}` +
      ' ORDER BY seq DESC LIMIT ?',
    values: [...terms.values(), before, ...words, limit]
  };
}

function walking(
  arms: readonly IArm[],
  words: readonly string[],
  before: number,
  limit: number
): IQuestion {
  const walks = arms.map(each => walk(each, words, before, limit));
  const [only] = walks;
  if (only && walks.length === 1) {
    return only;
  }
  const union = walks.map(({ sql }) => `SELECT seq FROM (${sql})`);
  return {
    sql: `${union.join(' UNION ALL ')} ORDER BY seq DESC LIMIT ?`,
    values: [...walks.flatMap(({ values }) => values), limit]
  };
}

/** The text index leads, and each hit is looked up among the filters. */
function searching(
  arms: readonly IArm[],
  words: readonly string[],
  patterns: readonly string[],
  before: number,
  limit: number
): IQuestion {
  // The patterns are exact; what has none is looked at.
  const looked = patterns.length < words.length ? words : [];
  const filters = arms.map(({ terms }) =>
    [...terms.keys()].map(column => `run.${column} = ?`).join(' AND ')
  );
  const filtered = filters.some(each => each !== '');
  return {
    sql:
      'SELECT run_text.rowid AS seq FROM run_text' +
      (filtered ? ' CROSS JOIN run ON run.seq = run_text.rowid' : '') +
      ' WHERE run_text MATCH ? AND run_text.rowid < ?' +
      looked.map(() => ' AND instr(text, ?) > 0').join('') +
      (filtered ? ` AND (${filters.join(' OR ')})` : '') +
      ' ORDER BY run_text.rowid DESC LIMIT ?',
    values: [
      patterns.join(' AND '),
      before,
      ...looked,
      ...arms.flatMap(({ terms }) => [...terms.values()]),
      limit
    ]
  };
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function positionOf(cursor: string | undefined): number {
  if (cursor === undefined) {
    return Number.MAX_SAFE_INTEGER;
  }
  if (!/^[1-9]\d{0,14}$/.test(cursor)) {
    throw new BatchError(
      problem(
        'invalid_request',
        'The cursor is not one that a page of this list gave as `next`.'
      )
    );
  }
  return Number(cursor);
}
