import type { Database } from './database.ts';
import type { IChange, IChangeSet } from './types.ts';

/** Deletions that are remembered; who was away for longer loads anew. */
const TOMBSTONES = 10_000;

/** The order of all changes: each change of a run has a number of its own. */
export class Revisions {
  readonly #db: Database;
  readonly #origin: number;
  #last: number;

  constructor(db: Database) {
    this.#db = db;
    this.#origin = this.#meta('origin');
    this.#last = Math.max(
      this.#origin,
      Number(db.get('SELECT max(revision) AS n FROM run')?.n ?? 0),
      Number(db.get('SELECT max(revision) AS n FROM tombstone')?.n ?? 0)
    );
  }

  get last(): number {
    return this.#last;
  }

  /** A number is never given twice, even if its transaction fails. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Inside a transaction: the deletion of a run is a change too. */
  bury(id: string): IChange {
    const revision = this.next();
    this.#db.run('INSERT INTO tombstone VALUES (?, ?)', revision, id);
    const old = this.#db.get(
      `SELECT revision FROM tombstone
         ORDER BY revision DESC LIMIT 1 OFFSET ${TOMBSTONES}`
    );
    if (old) {
      const floor = Number(old.revision);
      this.#db.run('DELETE FROM tombstone WHERE revision <= ?', floor);
      this.#db.run("UPDATE meta SET value = ? WHERE name = 'floor'", floor);
    }
    return { id, state: null, revision, ended: true };
  }

  after(revision: number, limit: number): IChangeSet {
    // Who knows nothing has missed no deletion.
    const known = revision === 0 || revision >= this.#meta('floor');
    if (!known || revision > this.#last) {
      return { revision: this.#last, changes: [], reset: true };
    }
    const changes = this.#db
      .all(
        `SELECT * FROM (
           SELECT * FROM (
             SELECT run.id, term.text AS state, revision, active
               FROM run JOIN term ON term.id = run.state
               WHERE revision > ?1 ORDER BY revision LIMIT ?2)
           UNION ALL
           SELECT * FROM (
             SELECT id, NULL, revision, 0 FROM tombstone
               WHERE revision > ?1 ORDER BY revision LIMIT ?2)
         ) ORDER BY revision LIMIT ?2`,
        revision,
        limit
      )
      .map(row => ({
        id: String(row.id),
        state: row.state === null ? null : String(row.state),
        revision: Number(row.revision),
        ended: row.active !== 1
      }));
    const last = changes.at(-1);
    return {
      revision: last && changes.length === limit ? last.revision : this.#last,
      changes,
      reset: false
    };
  }

  #meta(name: string): number {
    return Number(
      this.#db.get('SELECT value FROM meta WHERE name = ?', name)?.value
    );
  }
}
