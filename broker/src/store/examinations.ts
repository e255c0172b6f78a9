import type { JsonObject } from '../lifecycle/types.ts';
import type { Database } from './database.ts';
import { parse } from './document.ts';
import type { Orphans } from './orphans.ts';
import type {
  IExaminationEnd,
  IExaminationRow,
  IFindingsRow
} from './types.ts';

/** A token that nobody knows the life of is taken for dead after a day. */
const UNKNOWN_LIFE_MS = 24 * 3_600_000;

/** What was measured of each provider, and what is being measured. */
export class Examinations {
  readonly #db: Database;
  readonly #orphans: Orphans;

  constructor(db: Database, orphans: Orphans) {
    this.#db = db;
    this.#orphans = orphans;
  }

  of(provider: string): IFindingsRow | null {
    const row = this.#db.get(
      'SELECT at, entry, findings FROM findings WHERE provider = ?',
      provider
    );
    return (
      row && {
        at: Number(row.at),
        entry: String(row.entry),
        findings: parse(row.findings)
      }
    );
  }

  underWay(): IExaminationRow[] {
    return this.#db.all('SELECT * FROM examination ORDER BY id').map(row => ({
      id: String(row.id),
      provider: String(row.provider),
      client: row.client === 'shared' ? 'shared' : 'per_lease',
      since: Number(row.since)
    }));
  }

  /** Inside a transaction. */
  begin({ id, provider, client, since }: IExaminationRow): void {
    this.#db.run(
      'INSERT INTO examination VALUES (?, ?, ?, ?)',
      id,
      provider,
      client,
      since
    );
  }

  /** Inside a transaction. */
  end(row: IExaminationRow, { at, entry, findings, left }: IExaminationEnd) {
    this.#db.run('DELETE FROM examination WHERE id = ?', row.id);
    if (findings) {
      this.#write(row.provider, at, entry, findings);
    }
    left.forEach(({ kind, expiresAt }, index) =>
      this.#orphans.write(row.id, '', {
        id: `${row.id}/${kind}/${index + 1}`,
        kind,
        provider: row.provider,
        name: row.id,
        since: row.since,
        expiresAt,
        endsAs: kind === 'client' ? 'expired' : 'unconfirmed'
      })
    );
  }

  /** Inside a transaction: its broker was killed over it. */
  abandon(row: IExaminationRow): void {
    const token = { kind: 'token', expiresAt: row.since + UNKNOWN_LIFE_MS };
    const client = { kind: 'client', expiresAt: null };
    this.end(row, {
      at: row.since,
      entry: '',
      findings: null,
      left: row.client === 'per_lease' ? [client, token] : [token]
    } as IExaminationEnd);
  }

  #write(
    provider: string,
    at: number,
    entry: string,
    findings: JsonObject
  ): void {
    this.#db.run(
      `INSERT INTO findings VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET at = excluded.at, entry = excluded.entry,
           findings = excluded.findings`,
      provider,
      at,
      entry,
      JSON.stringify(findings)
    );
  }
}
