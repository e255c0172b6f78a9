import type { Database } from './database.ts';
import type { Runs } from './runs.ts';
import { before, isTimed, spanOf, within, type ISpan } from './span.ts';
import type {
  INotebookPageResult,
  IRunFilter,
  IRunPageQuery,
  IRunPageResult
} from './types.ts';

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
  /** first letters of their columns, which name the index */
  readonly index: string;
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
    const limit = limitOf(query);
    const seqs = this.rows(query, limit + 1);
    const shown = seqs.slice(0, limit);
    return {
      runs: shown.flatMap(seq => this.#runs.bySeq(seq) ?? []),
      next: seqs.length > limit ? String(shown.at(-1)) : null
    };
  }

  /** Numbers of the first rows behind the cursor, in the order of submission. */
  rows(query: IRunPageQuery, limit: number): number[] {
    const { cursor, order } = query;
    const span = spanOf(this.#db, query, cursor, order === 'oldest');
    const question = span && this.question(query, span, limit);
    return question
      ? this.#db
          .all(question.sql, ...question.values)
          .map(({ seq }) => Number(seq))
      : [];
  }

  /** The page folded: each notebook once, with how many of its runs fit. */
  notebooks(query: IRunPageQuery): INotebookPageResult {
    const limit = limitOf(query);
    const oldest = query.order === 'oldest';
    const cursor = spanOf(this.#db, {}, query.cursor, oldest);
    const question = this.counted(query);
    if (!question || !cursor) {
      return { notebooks: [], next: null };
    }
    const { conditions, values } = within(cursor, 'newest');
    const rows = this.#db.all(
      `SELECT text, newest, runs FROM (
           SELECT notebook, max(seq) AS newest, sum(runs) AS runs
           FROM (${question.sql}) GROUP BY notebook)
         JOIN term ON term.id = notebook WHERE ${conditions.join(' AND ')}
         ORDER BY newest ${oldest ? 'ASC' : 'DESC'} LIMIT ?`,
      ...question.values,
      ...values,
      limit + 1
    );
    const shown = rows.slice(0, limit);
    return {
      notebooks: shown.map(({ text, runs }) => ({
        notebook: String(text),
        runs: Number(runs)
      })),
      next: rows.length > limit ? String(shown.at(-1)?.newest) : null
    };
  }

  /** Rows of a notebook, the newest of them, and how many they are. */
  counted(query: IRunFilter): IQuestion | null {
    const { q, label, after, before: until } = query;
    if ([q, label, after, until].every(each => each === undefined)) {
      const arms = this.#arms(query);
      return arms.length > 0 ? tallied(arms) : null;
    }
    const all = spanOf(this.#db, query, undefined, false);
    const question = all && this.question(query, all, -1, 'notebook');
    return (
      question && {
        sql: `SELECT notebook, seq, 1 AS runs FROM (${question.sql})`,
        values: question.values
      }
    );
  }

  /**
   * What finds the rows of a page; null: there can be none.
   *
   * @param span - where to look; a number: before that row, newest first
   * @param limit - negative: all of them, in no order
   * @param also - a column that the rows shall have beside `seq`
   */
  question(
    filter: IRunFilter,
    span: ISpan | number,
    limit: number,
    also?: 'notebook'
  ): IQuestion | null {
    const where = typeof span === 'number' ? before(span) : span;
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
    const page = { span: where, limit, also };
    return useful.length > 0 && !this.#few(arms, where)
      ? searching(arms, words, useful, page)
      : walking(arms, words, page);
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
  #few(arms: readonly IArm[], span: ISpan): boolean {
    let left = FEW;
    for (const each of arms) {
      const { sql, values } = walk(each, [], { span, limit: left });
      if (each.terms.size === 0 && !isTimed(span)) {
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

/** What of the rows is wanted. */
interface IPage {
  readonly span: ISpan;
  readonly limit: number;
  readonly also?: 'notebook';
}

/** How many runs, or notebooks, a page shall have. */
export function limitOf(query: IRunPageQuery): number {
  return Math.min(Math.max(Math.trunc(query.limit), 1), 500);
}

function arm(terms: ReadonlyMap<Column, number>): IArm {
  const columns = COLUMNS.filter(column => terms.has(column));
  return { terms, index: columns.map(column => column.slice(0, 1)).join('') };
}

function orderOf({ span, limit }: IPage, column: string): string {
  return limit < 0
    ? ''
    : ` ORDER BY ${column} ${span.oldest ? 'ASC' : 'DESC'} LIMIT ?`;
}

function limitValue({ limit }: IPage): number[] {
  return limit < 0 ? [] : [limit];
}

/** The rows of one arm in their order, looking at the text of each. */
function walk(
  { terms, index }: IArm,
  words: readonly string[],
  page: IPage
): IQuestion {
  const inside = within(page.span, 'seq');
  const conditions = [
    ...[...terms.keys()].map(column => `${column} = ?`),
    ...inside.conditions
  ];
  const looked = words.map(() => 'instr(text, ?) > 0');
  const text = looked.length
    ? ' AND EXISTS (SELECT 1 FROM run_text' +
      ` WHERE rowid = run.seq AND ${looked.join(' AND ')})`
    : '';
  // An index that ends with the notebook tells it without looking at the row.
  const letters =
    page.also && !index.includes('n') && !index.includes('l')
      ? `${index}n`
      : index;
  return {
    sql:
      `SELECT seq${page.also ? `, ${page.also}` : ''} FROM run` +
      (letters === '' ? '' : ` INDEXED BY run_${letters}`) +
      ` WHERE ${conditions.join(' AND ')}${text}${orderOf(page, 'seq')}`,
    values: [...terms.values(), ...inside.values, ...words, ...limitValue(page)]
  };
}

/** What is counted already; the newest run of each count is one step away. */
function tallied(arms: readonly IArm[]): IQuestion {
  const filters = arms.map(
    ({ terms }) =>
      [...terms.keys()].map(column => `${column} = ?`).join(' AND ') || 'TRUE'
  );
  return {
    sql:
      'SELECT notebook, runs, (SELECT max(seq) FROM run INDEXED BY run_stn' +
      ' WHERE run.state = tally.state AND run.target = tally.target' +
      ' AND run.notebook = tally.notebook) AS seq' +
      ` FROM tally WHERE ${filters.join(' OR ')}`,
    values: arms.flatMap(({ terms }) => [...terms.values()])
  };
}

function walking(
  arms: readonly IArm[],
  words: readonly string[],
  page: IPage
): IQuestion {
  const walks = arms.map(each => walk(each, words, page));
  const [only] = walks;
  if (only && walks.length === 1) {
    return only;
  }
  const columns = page.also ? `seq, ${page.also}` : 'seq';
  const union = walks.map(({ sql }) => `SELECT ${columns} FROM (${sql})`);
  return {
    sql: union.join(' UNION ALL ') + orderOf(page, 'seq'),
    values: [...walks.flatMap(({ values }) => values), ...limitValue(page)]
  };
}

/** The text index leads, and each hit is looked up among the filters. */
function searching(
  arms: readonly IArm[],
  words: readonly string[],
  patterns: readonly string[],
  page: IPage
): IQuestion {
  // The patterns are exact; what has none is looked at.
  const looked = patterns.length < words.length ? words : [];
  const filters = arms.map(({ terms }) =>
    [...terms.keys()].map(column => `run.${column} = ?`).join(' AND ')
  );
  const filtered = filters.some(each => each !== '');
  const inside = within(page.span, 'run_text.rowid');
  const joined = filtered || isTimed(page.span) || page.also !== undefined;
  return {
    sql:
      `SELECT run_text.rowid AS seq${page.also ? `, ${page.also}` : ''}` +
      ' FROM run_text' +
      (joined ? ' CROSS JOIN run ON run.seq = run_text.rowid' : '') +
      ' WHERE run_text MATCH ?' +
      inside.conditions.map(condition => ` AND ${condition}`).join('') +
      looked.map(() => ' AND instr(text, ?) > 0').join('') +
      (filtered ? ` AND (${filters.join(' OR ')})` : '') +
      orderOf(page, 'run_text.rowid'),
    values: [
      patterns.join(' AND '),
      ...inside.values,
      ...looked,
      ...arms.flatMap(({ terms }) => [...terms.values()]),
      ...limitValue(page)
    ]
  };
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
