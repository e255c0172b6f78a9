import { createSecretKey, type KeyObject } from 'node:crypto';

import type { IAuditDraft, ICommit, IRecovered } from '../lifecycle/ports.ts';
import {
  INTENT_KINDS,
  type IIntent,
  type IntentKind,
  type MachineName
} from '../lifecycle/types.ts';
import {
  ChainCheck,
  GENESIS,
  macOf,
  type IAuditRecord,
  type IChainProblem,
  type ILink
} from './chain.ts';
import type { Database, Row } from './database.ts';
import { parse } from './document.ts';
import type { IHistoryRow } from './types.ts';

/** Audit rows that are verified at once. */
const PIECE = 2000;

/** A commit whose audit rows may have to wait. */
export type Unaudited = Omit<ICommit, 'audit'> & {
  readonly audit: ICommit['audit'] | null;
};

/** Intents and audit rows: what is to be done, and what happened. */
export class Journal {
  readonly #db: Database;
  readonly #key: KeyObject;
  /** the last committed row, and the last one of the open transaction */
  #last: ILink;
  #next: ILink;
  /** rows of revocations that could not be written when they were due */
  #owed: readonly IAuditDraft[] = [];

  /** @param key chains the audit rows */
  constructor(db: Database, key: Buffer) {
    this.#db = db;
    // As an object it is looked at once, and not for each row.
    this.#key = createSecretKey(key);
    this.#chainOld();
    const last = db.get('SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1');
    // A row that was cut off leaves its number used, and so the gap shows.
    const seq = Math.max(Number(last?.seq ?? 0), this.#written());
    this.#last = seq > 0 ? { seq, mac: String(last?.mac ?? '') } : GENESIS;
    this.#next = this.#last;
  }

  get last(): ILink {
    return this.#last;
  }

  /** It was written once, and is not here (any more). */
  lacks(link: ILink | null): boolean {
    const row =
      link && this.#db.get('SELECT mac FROM audit WHERE seq = ?', link.seq);
    return link !== null && row?.mac !== link.mac;
  }

  /** The transaction is committed. */
  settle(): void {
    this.#last = this.#next;
  }

  /** The transaction did not happen. */
  forgo(): void {
    this.#next = this.#last;
  }

  /** Inside a transaction. */
  write({ audit, intents, removed, postponed }: Unaudited): void {
    for (const id of removed) {
      this.#db.run('DELETE FROM intent WHERE id = ?', id);
    }
    for (const { id, due, tries } of postponed) {
      this.#db.run(
        'UPDATE intent SET due = ?, tries = ? WHERE id = ?',
        due,
        tries,
        id
      );
    }
    for (const { id, machine, subject, kind, payload, due, tries } of intents) {
      this.#db.run(
        'INSERT INTO intent VALUES (?, ?, ?, ?, ?, ?, ?)',
        id,
        machine,
        subject,
        kind,
        JSON.stringify(payload),
        due,
        tries
      );
    }
    const owed = this.#owed;
    [...(audit ? [...owed, ...audit] : [])].forEach(row => this.#record(row));
  }

  /** Keeps rows for the next transaction that can hold them. */
  owe(rows: readonly IAuditDraft[]): void {
    this.#owed = [...this.#owed, ...rows];
  }

  /** They are written. */
  paid(): void {
    this.#owed = [];
  }

  /** Inside a transaction: what is left of a subject's intents goes. */
  forget(machine: MachineName, subject: string): void {
    this.#db.run(
      'DELETE FROM intent WHERE machine = ? AND subject = ?',
      machine,
      subject
    );
  }

  recover(): IRecovered {
    this.#db.run('UPDATE intent SET tries = tries + 1');
    const last = this.#db.get(
      "SELECT seq FROM sqlite_sequence WHERE name = 'intent'"
    );
    return {
      intents: this.#db.all('SELECT * FROM intent ORDER BY id').map(intentOf),
      nextIntent: Number(last?.seq ?? 0) + 1,
      lastCommit: Number(
        this.#db.get('SELECT at FROM audit ORDER BY seq DESC LIMIT 1')?.at ?? 0
      )
    };
  }

  history(run: string, limit: number): IHistoryRow[] {
    return this.#db
      .all(
        `SELECT at, machine, subject, event, "from", "to", fits, detail
           FROM audit WHERE run = ? ORDER BY seq DESC LIMIT ?`,
        run,
        limit
      )
      .reverse()
      .map(historyOf);
  }

  /** Rows after `after`, oldest first; of one run, or of all. */
  rows(after: number, limit: number, run: string | null): IAuditRecord[] {
    const where = run === null ? '' : 'AND run = ?';
    const values = run === null ? [after, limit] : [after, run, limit];
    return this.#db
      .all(
        `SELECT * FROM audit WHERE seq > ? ${where} ORDER BY seq LIMIT ?`,
        ...values
      )
      .map(recordOf);
  }

  /** Recomputes the chain, a piece at a time so that the loop stays free. */
  async verify(
    anchor: ILink | null
  ): Promise<{ rows: number; problems: IChainProblem[] }> {
    const check = new ChainCheck(this.#key, anchor);
    const written = this.#last.seq;
    for (;;) {
      const rows = this.rows(check.last.seq, PIECE, null);
      const due = rows.filter(row => row.seq <= written);
      due.forEach(row => check.add(row));
      if (due.length < PIECE) {
        break;
      }
      await new Promise(resolve => setImmediate(resolve));
    }
    check.end(written);
    return { rows: check.rows, problems: check.problems };
  }

  /** The number of the last row that ever was committed. */
  #written(): number {
    const row = this.#db.get(
      "SELECT seq FROM sqlite_sequence WHERE name = 'audit'"
    );
    return Number(row?.seq ?? 0);
  }

  /** Rows of the time before there was a chain are taken as they are. */
  #chainOld(): void {
    const first = this.#db.get('SELECT min(seq) AS seq FROM audit');
    const old = this.#db.get(
      'SELECT count(*) AS n FROM audit WHERE mac IS NOT NULL'
    );
    if (first?.seq === null || Number(old?.n) > 0) {
      return;
    }
    this.#db.transaction(() => {
      let before = GENESIS.mac;
      for (const row of this.rows(0, -1, null)) {
        before = macOf(this.#key, before, row);
        this.#db.run('UPDATE audit SET mac = ? WHERE seq = ?', before, row.seq);
      }
    });
  }

  #record(row: IAuditDraft): void {
    const seq = this.#next.seq + 1;
    const mac = macOf(this.#key, this.#next.mac, { seq, ...row });
    this.#next = { seq, mac };
    this.#db.run(
      `INSERT INTO audit
         (seq, mac, at, machine, subject, run, event, "from", "to", fits, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      seq,
      mac,
      row.at,
      row.machine,
      row.subject,
      row.run,
      row.event,
      row.from,
      row.to,
      row.fits ? 1 : 0,
      row.detail
    );
  }
}

function machineOf(value: Row[string]): MachineName {
  if (value !== 'run' && value !== 'lease') {
    throw new Error(`the database names an unknown machine ${String(value)}`);
  }
  return value;
}

function kindOf(value: Row[string]): IntentKind {
  const kind = INTENT_KINDS.find(each => each === value);
  if (!kind) {
    throw new Error(`the database names an unknown intent ${String(value)}`);
  }
  return kind;
}

function intentOf(row: Row): IIntent {
  return {
    id: Number(row.id),
    machine: machineOf(row.machine),
    subject: String(row.subject),
    kind: kindOf(row.kind),
    payload: parse(row.payload),
    due: Number(row.due),
    tries: Number(row.tries)
  };
}

function historyOf(row: Row): IHistoryRow {
  return {
    at: Number(row.at),
    machine: machineOf(row.machine),
    subject: String(row.subject),
    event: String(row.event),
    from: row.from === null ? null : String(row.from),
    to: String(row.to),
    fits: row.fits === 1,
    detail: row.detail === null ? null : String(row.detail)
  };
}

function recordOf(row: Row): IAuditRecord {
  const text = (value: Row[string] | undefined): string | null =>
    value === null || value === undefined ? null : String(value);
  return {
    seq: Number(row.seq),
    at: Number(row.at),
    machine: String(row.machine),
    subject: String(row.subject),
    run: text(row.run),
    event: String(row.event),
    from: text(row.from),
    to: String(row.to),
    fits: row.fits === 1,
    detail: text(row.detail),
    mac: text(row.mac)
  };
}
