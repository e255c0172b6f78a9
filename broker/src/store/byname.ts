import type { Database, Row } from './database.ts';
import { limitOf, type Listing } from './listing.ts';
import type { Runs } from './runs.ts';
import { foreignCursor } from './span.ts';
import type {
  INotebookPageResult,
  IRunPageQuery,
  IRunPageResult
} from './types.ts';

/** Where a page ended; in the list that is folded there is no row. */
interface IPosition {
  readonly notebook: string;
  readonly seq: number | null;
}

/**
 * Pages of the list with the notebooks from A to Z (code points of the path), the
 * newest run of each first: the notebooks that fit are few, and each is a walk
 * along an index.
 */
export class ByName {
  readonly #db: Database;
  readonly #listing: Listing;
  readonly #runs: Runs;

  constructor(db: Database, listing: Listing, runs: Runs) {
    this.#db = db;
    this.#listing = listing;
    this.#runs = runs;
  }

  /** @throws BatchError `invalid_request` for a cursor that is not ours */
  page(query: IRunPageQuery): IRunPageResult {
    const limit = limitOf(query);
    const from = positionOf(query.cursor);
    // Each has a run at least, but that of the cursor, which may be done with.
    const start = from?.notebook ?? '';
    const found: IPosition[] = [];
    for (const { text } of this.#notebooks(query, '>=', start, limit + 2)) {
      const room = limit + 1 - found.length;
      if (room === 0) {
        break;
      }
      found.push(...this.#rows(query, String(text), from, room));
    }
    const shown = found.slice(0, limit);
    return {
      runs: shown.flatMap(({ seq }) => this.#runs.bySeq(Number(seq)) ?? []),
      next: found.length > limit ? cursorOf(shown.at(-1)) : null
    };
  }

  /**
   * The page folded.
   *
   * @throws BatchError `invalid_request` for a cursor that is not ours
   */
  notebooks(query: IRunPageQuery): INotebookPageResult {
    const limit = limitOf(query);
    const behind = positionOf(query.cursor)?.notebook ?? '';
    const found = this.#notebooks(query, '>', behind, limit + 1).map(
      ({ text, runs }) => ({ notebook: String(text), runs: Number(runs) })
    );
    const notebooks = found.slice(0, limit);
    const last = notebooks.at(-1);
    return {
      notebooks,
      next:
        last && found.length > limit
          ? cursorOf({ notebook: last.notebook, seq: null })
          : null
    };
  }

  #notebooks(
    query: IRunPageQuery,
    sign: '>' | '>=',
    edge: string,
    limit: number
  ): Row[] {
    const question = this.#listing.counted(query);
    return question
      ? this.#db.all(
          `SELECT text, sum(runs) AS runs FROM (${question.sql})
             JOIN term ON term.id = notebook WHERE text ${sign} ?
             GROUP BY text ORDER BY text LIMIT ?`,
          ...question.values,
          edge,
          limit
        )
      : [];
  }

  /** Rows of one notebook, behind the position where that is inside it. */
  #rows(
    query: IRunPageQuery,
    notebook: string,
    from: IPosition | null,
    limit: number
  ): IPosition[] {
    const below = from?.notebook === notebook ? from.seq : null;
    const cursor = below === null ? undefined : String(below);
    const within = { ...query, notebook, cursor, order: 'newest' } as const;
    return this.#listing.rows(within, limit).map(seq => ({ notebook, seq }));
  }
}

function cursorOf(position: IPosition | undefined): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function positionOf(cursor: string | undefined): IPosition | null {
  if (cursor === undefined) {
    return null;
  }
  try {
    const read: unknown = JSON.parse(
      Buffer.from(cursor, 'base64url').toString()
    );
    if (
      typeof read === 'object' &&
      read !== null &&
      'notebook' in read &&
      typeof read.notebook === 'string' &&
      'seq' in read &&
      (read.seq === null || Number.isSafeInteger(read.seq))
    ) {
      return { notebook: read.notebook, seq: read.seq as number | null };
    }
  } catch {
    // Refused below, like all that is not of us.
  }
  throw foreignCursor();
}
