import type { IOrphanColumns } from '../lifecycle/ports.ts';
import type { Database, Row } from './database.ts';
import { numberOrNull } from './document.ts';
import type { IOrphanRow } from './types.ts';

/** What leases and examinations left at providers; outlives both. */
export class Orphans {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Oldest first.
   *
   * @param now ms; one that has expired has ended
   * @param unproved also leases that ended `unconfirmed`, which have no row here
   *   before an operator says something of them
   */
  list(now: number, unproved = false): IOrphanRow[] {
    const rows = this.#db
      .all('SELECT * FROM orphan ORDER BY since, id')
      .map(row => orphanOf(row, now));
    return unproved ? [...rows, ...this.#unproved()] : rows;
  }

  /** Those of them that have not ended. */
  open(ids: readonly string[], now: number): IOrphanRow[] {
    return this.list(now, true).filter(
      ({ id, end }) => end === null && ids.includes(id)
    );
  }

  /** Inside a transaction. What an operator said of it stays. */
  write(lease: string, run: string, orphan: IOrphanColumns): void {
    this.#db.run(
      `INSERT INTO orphan
         (id, kind, provider, name, lease, run, since, expires_at, ends_as)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at,
           ends_as = excluded.ends_as`,
      orphan.id,
      orphan.kind,
      orphan.provider,
      orphan.name,
      lease,
      run,
      orphan.since,
      orphan.expiresAt,
      orphan.endsAs
    );
  }

  /** Inside a transaction: an operator knows that nothing is left. */
  dismiss(orphans: readonly IOrphanRow[], at: number, reason: string): void {
    const sql = 'UPDATE orphan SET dismissed_at = ?, reason = ? WHERE id = ?';
    for (const orphan of orphans) {
      const { id, kind, provider, name, lease, run, since } = orphan;
      // What was not proved has had no row.
      this.#db.run(
        `INSERT INTO orphan (id, kind, provider, name, lease, run, since)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        ...[id, kind, provider, name, lease, run, since]
      );
      this.#db.run(sql, at, reason, id);
    }
  }

  #unproved(): IOrphanRow[] {
    return this.#db
      .all(
        `SELECT id, run, view ->> 'provider' AS provider,
             view ->> 'ended_at' AS ended_at
           FROM lease WHERE open = 0 AND view ->> 'end' = 'unconfirmed'
             AND id || '/unconfirmed' NOT IN (SELECT id FROM orphan)
           ORDER BY seq`
      )
      .map(({ id, run, provider, ended_at }) => ({
        id: `${id}/unconfirmed`,
        kind: 'token',
        provider: String(provider),
        name: String(id),
        lease: String(id),
        run: String(run),
        since: Date.parse(String(ended_at)),
        expiresAt: null,
        end: null,
        reason: null
      }));
  }

  /** Inside a transaction: what has not ended is still to be watched and shown. */
  forget(lease: string, now: number): void {
    this.#db.run(
      `DELETE FROM orphan
         WHERE lease = ? AND (dismissed_at IS NOT NULL OR expires_at <= ?)`,
      lease,
      now
    );
  }
}

function orphanOf(row: Row, now: number): IOrphanRow {
  const expiresAt = numberOrNull(row.expires_at);
  const expired = expiresAt !== null && expiresAt <= now;
  const endsAs = row.ends_as === 'expired' ? 'expired' : 'unconfirmed';
  const dismissed = numberOrNull(row.dismissed_at) !== null;
  return {
    id: String(row.id),
    kind: row.kind === 'client' ? 'client' : 'token',
    provider: String(row.provider),
    name: String(row.name),
    lease: String(row.lease),
    run: String(row.run),
    since: Number(row.since),
    expiresAt,
    end: dismissed ? 'dismissed' : expired ? endsAs : null,
    reason: typeof row.reason === 'string' ? row.reason : null
  };
}
