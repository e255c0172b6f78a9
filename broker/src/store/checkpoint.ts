import type { Database } from './database.ts';

/** Takes what was erased out of the write-ahead log as well. */
export class Checkpoint {
  readonly #db: Database;
  #pending: Promise<void> | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  /** One, begun after it was asked for, serves all who ask in the same turn. */
  truncate(): Promise<void> {
    this.#pending ??= new Promise(resolve => setImmediate(resolve)).then(() => {
      this.#pending = null;
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    });
    return this.#pending;
  }
}
