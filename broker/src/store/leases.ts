import type {
  ILeaseColumns,
  IOrphanColumns,
  ISubjectWrite
} from '../lifecycle/ports.ts';
import type { JsonObject } from '../lifecycle/types.ts';
import type { Database, Row } from './database.ts';
import { numberOrNull, parse } from './document.ts';
import type { ILeaseRow, IOrphanRow } from './types.ts';

const COLUMNS = 'id, run, state, open, view FROM lease';

/** The rows of leases and of what they left behind. */
export class Leases {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  document(id: string): JsonObject | null {
    const row = this.#db.get('SELECT document FROM lease WHERE id = ?', id);
    return row && parse(row.document);
  }

  newestOf(run: string): ILeaseRow | null {
    const row = this.#db.get(
      `SELECT ${COLUMNS} WHERE run = ? ORDER BY seq DESC LIMIT 1`,
      run
    );
    return row && leaseOf(row);
  }

  of(run: string): ILeaseRow[] {
    return this.#db
      .all(`SELECT ${COLUMNS} WHERE run = ? ORDER BY seq`, run)
      .map(leaseOf);
  }

  list(closed: number): ILeaseRow[] {
    const newest = `SELECT ${COLUMNS} WHERE open = ? ORDER BY seq DESC LIMIT ?`;
    return [
      ...this.#db.all(newest, 1, -1),
      ...this.#db.all(newest, 0, closed)
    ].map(leaseOf);
  }

  openCount(): number {
    return Number(
      this.#db.get('SELECT count(*) AS n FROM lease WHERE open = 1')?.n
    );
  }

  /** The end of one that nobody could confirm is its own expiry. */
  orphans(now: number): IOrphanRow[] {
    return this.#db
      .all('SELECT * FROM orphan ORDER BY since, id')
      .map(orphanOf)
      .map(orphan =>
        orphan.end === null && (orphan.expiresAt ?? Infinity) <= now
          ? { ...orphan, end: 'unconfirmed' }
          : orphan
      );
  }

  /** Inside a transaction. */
  write(subject: ISubjectWrite, columns: ILeaseColumns): void {
    const values = [
      columns.run,
      columns.state,
      columns.open ? 1 : 0,
      JSON.stringify(subject.state),
      JSON.stringify(columns.view),
      subject.id
    ];
    if (subject.fresh) {
      this.#db.run(
        `INSERT INTO lease (run, state, open, document, view, id)
           VALUES (?, ?, ?, ?, ?, ?)`,
        ...values
      );
    } else {
      this.#db.run(
        `UPDATE lease SET run = ?, state = ?, open = ?, document = ?, view = ?
           WHERE id = ?`,
        ...values
      );
    }
    columns.orphans?.forEach(orphan =>
      this.writeOrphan(subject.id, columns.run, orphan)
    );
  }

  /** Inside a transaction. @returns the run it belonged to, or null */
  erase(id: string): string | null {
    const run = this.#db.get('SELECT run FROM lease WHERE id = ?', id)?.run;
    this.#db.run('DELETE FROM lease WHERE id = ?', id);
    // What has not ended is still to be watched and shown.
    this.#db.run(
      'DELETE FROM orphan WHERE lease = ? AND "end" IS NOT NULL',
      id
    );
    return run === undefined || run === null ? null : String(run);
  }

  /** Inside a transaction. */
  writeOrphan(lease: string, run: string, orphan: IOrphanColumns): void {
    this.#db.run(
      `INSERT INTO orphan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at,
           "end" = excluded."end"`,
      orphan.id,
      orphan.kind,
      orphan.provider,
      orphan.name,
      lease,
      run,
      orphan.since,
      orphan.expiresAt,
      orphan.end
    );
  }
}

function leaseOf(row: Row): ILeaseRow {
  return {
    id: String(row.id),
    run: String(row.run),
    state: String(row.state),
    open: row.open === 1,
    view: parse(row.view)
  };
}

function orphanOf(row: Row): IOrphanRow {
  return {
    id: String(row.id),
    kind: row.kind === 'client' ? 'client' : 'token',
    provider: String(row.provider),
    name: String(row.name),
    lease: String(row.lease),
    run: String(row.run),
    since: Number(row.since),
    expiresAt: numberOrNull(row.expires_at),
    end: row.end === null || row.end === undefined ? null : String(row.end)
  };
}
