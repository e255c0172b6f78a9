import { BatchError, problem } from '@jupyterlab-batch/protocol';

import type { IRunColumns, ISubjectWrite } from '../lifecycle/ports.ts';
import type { JsonObject } from '../lifecycle/types.ts';
import type { Database, Row } from './database.ts';
import { numberOrNull, parse, parseOrNull } from './document.ts';
import type { Leases } from './leases.ts';
import type { Revisions } from './revisions.ts';
import type { IChange, IPulse, IRunRow } from './types.ts';

const COLUMNS = `
  run.seq, run.id, run.revision, term.text AS state, run.active,
  run.submitted_at, run.ended_at, run.progress, run.observed_at, view
  FROM run
  JOIN term ON term.id = run.state
  JOIN run_document ON run_document.seq = run.seq`;

/** The rows of runs: written from projections, read one by one. */
export class Runs {
  readonly #db: Database;
  readonly #revisions: Revisions;
  readonly #leases: Leases;

  constructor(db: Database, revisions: Revisions, leases: Leases) {
    this.#db = db;
    this.#revisions = revisions;
    this.#leases = leases;
  }

  document(id: string): JsonObject | null {
    const row = this.#db.get(
      `SELECT document FROM run JOIN run_document USING (seq) WHERE id = ?`,
      id
    );
    return row && parse(row.document);
  }

  bySeq(seq: number): IRunRow | null {
    const row = this.#db.get(`SELECT ${COLUMNS} WHERE run.seq = ?`, seq);
    return row && this.#rowOf(row);
  }

  byId(id: string): IRunRow | null {
    const row = this.#db.get(`SELECT ${COLUMNS} WHERE run.id = ?`, id);
    return row && this.#rowOf(row);
  }

  /** What an idempotency key made: its run, and the hash of what was asked for. */
  byKey(key: string): { run: string; hash: string } | null {
    const row = this.#db.get(
      'SELECT run, hash FROM idempotency WHERE key = ?',
      key
    );
    return row && { run: String(row.run), hash: String(row.hash) };
  }

  active(): IRunRow[] {
    return this.#db
      .all(`SELECT ${COLUMNS} WHERE run.active = 1 ORDER BY run.seq`)
      .map(row => this.#rowOf(row));
  }

  activeCount(): number {
    return Number(
      this.#db.get('SELECT count(*) AS n FROM run WHERE active = 1')?.n
    );
  }

  endedBefore(time: number): string[] {
    return this.#db
      .all('SELECT id FROM run WHERE ended_at < ? ORDER BY ended_at', time)
      .map(row => String(row.id));
  }

  plan(id: string): JsonObject | null {
    return parseOrNull(
      this.#db.get(
        'SELECT plan FROM run JOIN run_plan USING (seq) WHERE id = ?',
        id
      )?.plan
    );
  }

  /** The one run that this names; see `IStore.resolve`. */
  resolve(text: string): string {
    const wanted = text.toLowerCase();
    if (wanted !== '' && this.#seq(wanted) !== null) {
      return wanted;
    }
    const found = new Set([
      ...this.#starting('id', wanted),
      ...this.#starting('reversed', reverse(wanted)).map(reverse)
    ]);
    const [only, another] = found;
    if (only === undefined || wanted === '') {
      throw new BatchError(
        problem(
          'not_found',
          `There is no run ${JSON.stringify(text)}. An id may be given by its ` +
            'first or last characters; `jupyter batch list` shows them.'
        )
      );
    }
    if (another !== undefined) {
      throw new BatchError(
        problem(
          'ambiguous_id',
          `More than one run has an id that starts or ends with ` +
            `${JSON.stringify(text)}, for instance ${only} and ${another}. ` +
            'Give more characters.'
        )
      );
    }
    return only;
  }

  /** Inside a transaction. */
  write(subject: ISubjectWrite, columns: IRunColumns): IChange {
    const revision = this.#revisions.next();
    const values = [
      revision,
      this.term(columns.state),
      this.term(columns.target),
      this.term(columns.notebook),
      columns.label === null ? null : this.term(columns.label),
      columns.active ? 1 : 0,
      columns.submittedAt,
      columns.endedAt,
      subject.id
    ];
    if (subject.fresh) {
      this.#db.run(
        `INSERT INTO run (revision, state, target, notebook, label, active,
           submitted_at, ended_at, id, reversed, latest)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, max(?, coalesce(
           (SELECT latest FROM run ORDER BY seq DESC LIMIT 1), 0)))`,
        ...values,
        reverse(subject.id),
        columns.submittedAt
      );
    } else {
      this.#db.run(
        `UPDATE run SET revision = ?, state = ?, target = ?, notebook = ?,
           label = ?, active = ?, submitted_at = ?, ended_at = ? WHERE id = ?`,
        ...values
      );
    }
    const seq = this.#seq(subject.id);
    this.#db.run(
      `INSERT INTO run_document VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET document = excluded.document,
           view = excluded.view`,
      seq,
      JSON.stringify(subject.state),
      JSON.stringify(columns.view)
    );
    this.#index(seq, subject.id, columns);
    return {
      id: subject.id,
      state: columns.state,
      revision,
      ended: !columns.active
    };
  }

  /** Inside a transaction: rows that come into being with the run. */
  attach(
    run: string,
    extra: {
      idempotency?: { key: string; hash: string };
      plan?: JsonObject;
    }
  ): void {
    if (extra.idempotency) {
      const { key, hash } = extra.idempotency;
      this.#db.run('INSERT INTO idempotency VALUES (?, ?, ?)', key, hash, run);
    }
    if (extra.plan) {
      this.#db.run(
        'INSERT INTO run_plan VALUES (?, ?)',
        this.#seq(run),
        JSON.stringify(extra.plan)
      );
    }
  }

  /** Inside a transaction. @returns the change, or null: no such run */
  pulse({ id, progress, observedAt, quiet }: IPulse): IChange | null {
    this.#db.run(
      `UPDATE run SET progress = coalesce(?, progress),
         observed_at = coalesce(?, observed_at) WHERE id = ?`,
      progress === undefined ? null : JSON.stringify(progress),
      observedAt ?? null,
      id
    );
    return quiet ? null : this.touch(id);
  }

  /** Inside a transaction: something that the run's view shows has changed. */
  touch(id: string): IChange | null {
    const row = this.#db.get(
      `SELECT term.text AS state, active FROM run
         JOIN term ON term.id = run.state WHERE run.id = ?`,
      id
    );
    if (!row) {
      return null;
    }
    const revision = this.#revisions.next();
    this.#db.run('UPDATE run SET revision = ? WHERE id = ?', revision, id);
    return {
      id,
      state: String(row.state),
      revision,
      ended: row.active !== 1
    };
  }

  /** Inside a transaction. @returns the change, or null: no such run */
  erase(id: string): IChange | null {
    const seq = this.#seq(id);
    if (seq === null) {
      return null;
    }
    const own = this.#db.get(
      'SELECT notebook, label FROM run WHERE seq = ?',
      seq
    );
    this.#db.run('DELETE FROM run_text WHERE rowid = ?', seq);
    this.#db.run('DELETE FROM idempotency WHERE run = ?', id);
    this.#db.run('DELETE FROM run WHERE seq = ?', seq);
    this.#forget('notebook', own?.notebook);
    this.#forget('label', own?.label);
    return this.#revisions.bury(id);
  }

  /** The number of a text, given to it now if it has none. */
  term(text: string): number {
    const found = this.knownTerm(text);
    if (found !== null) {
      return found;
    }
    this.#db.run('INSERT INTO term (text) VALUES (?)', text);
    return this.term(text);
  }

  knownTerm(text: string): number | null {
    return numberOrNull(
      this.#db.get('SELECT id FROM term WHERE text = ?', text)?.id
    );
  }

  /** A path or a label that no run has any more is not kept either. */
  #forget(column: 'notebook' | 'label', term: Row[string] | undefined): void {
    if (term !== null && term !== undefined) {
      this.#db.run(
        `DELETE FROM term WHERE id = ?
           AND NOT EXISTS (SELECT 1 FROM run WHERE ${column} = term.id)`,
        term
      );
    }
  }

  #index(seq: number | null, id: string, columns: IRunColumns): void {
    const { label, notebook, search } = columns;
    // Two characters more, for what `Listing` does with short words.
    const text = [id, label ?? '', notebook, search, '', '']
      .join('\n')
      .toLowerCase();
    const before = this.#db.get(
      'SELECT text FROM run_text WHERE rowid = ?',
      seq
    );
    if (before?.text === text) {
      return;
    }
    this.#db.run('DELETE FROM run_text WHERE rowid = ?', seq);
    this.#db.run('INSERT INTO run_text (rowid, text) VALUES (?, ?)', seq, text);
  }

  #seq(id: string): number | null {
    return numberOrNull(
      this.#db.get('SELECT seq FROM run WHERE id = ?', id)?.seq
    );
  }

  #starting(column: 'id' | 'reversed', prefix: string): string[] {
    return this.#db
      .all(
        `SELECT ${column} AS text FROM run
           WHERE ${column} >= ? AND ${column} < ? LIMIT 2`,
        prefix,
        prefix + '\u{10ffff}'
      )
      .map(row => String(row.text));
  }

  #rowOf(row: Row): IRunRow {
    const id = String(row.id);
    return {
      id,
      revision: Number(row.revision),
      state: String(row.state),
      active: row.active === 1,
      submittedAt: Number(row.submitted_at),
      endedAt: numberOrNull(row.ended_at),
      progress: parseOrNull(row.progress),
      observedAt: numberOrNull(row.observed_at),
      view: parse(row.view),
      lease: this.#leases.newestOf(id)
    };
  }
}

function reverse(text: string): string {
  return [...text].reverse().join('');
}
