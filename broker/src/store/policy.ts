import type { Database } from './database.ts';

/** What holds for all leases. */
export class Policy {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** ms; 0: nothing was said */
  get notBefore(): number {
    const row = this.#db.get(
      "SELECT value FROM policy WHERE name = 'not_before'"
    );
    return Number(row?.value ?? 0);
  }

  /** It never goes back. */
  setNotBefore(time: number): void {
    this.#db.run(
      `INSERT INTO policy VALUES ('not_before', ?)
         ON CONFLICT DO UPDATE SET value = max(value, excluded.value)`,
      time
    );
  }
}
