import type { ILeaseColumns, ISubjectWrite } from '../lifecycle/ports.ts';
import type { JsonObject } from '../lifecycle/types.ts';
import type { Database, Row } from './database.ts';
import { parse } from './document.ts';
import type { Orphans } from './orphans.ts';
import type { ILeaseRow } from './types.ts';

const COLUMNS = 'id, run, state, open, view FROM lease';

/** The rows of leases. */
export class Leases {
  readonly #db: Database;
  readonly #orphans: Orphans;

  constructor(db: Database, orphans: Orphans) {
    this.#db = db;
    this.#orphans = orphans;
  }

  document(id: string): JsonObject | null {
    const row = this.#db.get('SELECT document FROM lease WHERE id = ?', id);
    return row && parse(row.document);
  }

  byId(id: string): ILeaseRow | null {
    const row = this.#db.get(`SELECT ${COLUMNS} WHERE id = ?`, id);
    return row && leaseOf(row);
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
      this.#orphans.write(subject.id, columns.run, orphan)
    );
  }

  /** Inside a transaction. @returns the run it belonged to, or null */
  erase(id: string): string | null {
    const run = this.#db.get('SELECT run FROM lease WHERE id = ?', id)?.run;
    this.#db.run('DELETE FROM lease WHERE id = ?', id);
    this.#orphans.forget(id, Date.now());
    return run === undefined || run === null ? null : String(run);
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
