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

  /** Oldest first. @param now ms; one that has expired has ended */
  list(now: number): IOrphanRow[] {
    return this.#db
      .all('SELECT * FROM orphan ORDER BY since, id')
      .map(row => orphanOf(row, now));
  }

  /** Those of them that have not ended. */
  open(ids: readonly string[], now: number): IOrphanRow[] {
    return this.list(now).filter(
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
  dismiss(
    orphans: readonly Pick<IOrphanRow, 'id'>[],
    at: number,
    reason: string
  ): void {
    const sql = 'UPDATE orphan SET dismissed_at = ?, reason = ? WHERE id = ?';
    orphans.forEach(({ id }) => this.#db.run(sql, at, reason, id));
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
