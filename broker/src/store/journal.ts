import type { IAuditDraft, ICommit } from '../lifecycle/ports.ts';
import {
  INTENT_KINDS,
  type IIntent,
  type IntentKind,
  type MachineName
} from '../lifecycle/types.ts';
import type { Database, Row } from './database.ts';
import { parse } from './document.ts';
import type { IHistoryRow } from './types.ts';

/** Intents and audit rows: what is to be done, and what happened. */
export class Journal {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Inside a transaction. */
  write({ audit, intents, removed, postponed }: ICommit): void {
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
    audit.forEach(row => this.#record(row));
  }

  /** Inside a transaction: what is left of a subject's intents goes. */
  forget(machine: MachineName, subject: string): void {
    this.#db.run(
      'DELETE FROM intent WHERE machine = ? AND subject = ?',
      machine,
      subject
    );
  }

  recover(): { intents: IIntent[]; nextIntent: number } {
    this.#db.run('UPDATE intent SET tries = tries + 1');
    const last = this.#db.get(
      "SELECT seq FROM sqlite_sequence WHERE name = 'intent'"
    );
    return {
      intents: this.#db.all('SELECT * FROM intent ORDER BY id').map(intentOf),
      nextIntent: Number(last?.seq ?? 0) + 1
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

  #record(row: IAuditDraft): void {
    this.#db.run(
      `INSERT INTO audit
         (at, machine, subject, run, event, "from", "to", fits, detail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
