import { dirname, join } from 'node:path';

import type {
  IAuditDraft,
  ICommit,
  ISubjectWrite
} from '../lifecycle/ports.ts';
import type { IIntent, JsonObject, MachineName } from '../lifecycle/types.ts';
import { BatchError } from '@jupyterlab-batch/protocol';

import { Anchor } from './anchor.ts';
import { Ballast } from './ballast.ts';
import type { IAuditRecord, IChainProblem } from './chain.ts';
import { Checkpoint } from './checkpoint.ts';
import { Database } from './database.ts';
import { Examinations } from './examinations.ts';
import { Journal } from './journal.ts';
import { Leases } from './leases.ts';
import { Orphans } from './orphans.ts';
import { Pages } from './pages.ts';
import { Policy } from './policy.ts';
import { Revisions } from './revisions.ts';
import { Runs } from './runs.ts';
import type {
  IChange,
  IChangeSet,
  IExaminationEnd,
  IExaminationRow,
  IFindingsRow,
  IHistoryRow,
  ILeaseRow,
  INotebookPageResult,
  IOrphanRow,
  IPulse,
  IRunPageQuery,
  IRunPageResult,
  IRunRow,
  IStore,
  TellOfOrphan
} from './types.ts';

const NOTHING: ICommit = {
  issues: false,
  subjects: [],
  audit: [],
  intents: [],
  removed: [],
  postponed: [],
  extras: []
};

type Listener = (changes: readonly IChange[]) => void;

/** The store over one SQLite file, which is this process's alone. */
export class Store implements IStore {
  /** When it was opened, the file beside it knew of a row that is not in it. */
  readonly isOlder: boolean;
  readonly #anchor: Anchor;
  readonly #ballast: Ballast;
  readonly #checkpoint: Checkpoint;
  readonly #db: Database;
  readonly #examinations: Examinations;
  readonly #journal: Journal;
  readonly #leases: Leases;
  readonly #pages: Pages;
  readonly #orphans: Orphans;
  readonly #policy: Policy;
  readonly #revisions: Revisions;
  readonly #runs: Runs;
  readonly #listeners = new Set<Listener>();

  /**
   * @param path the file (made 0600), or `:memory:`
   * @param auditKey chains the audit rows; 256 bits
   * @throws BatchError where it is in use, newer than this program, or not ours
   */
  constructor(path: string, auditKey: Buffer = Buffer.alloc(32)) {
    const beside = (name: string): string | null =>
      path === ':memory:' ? null : join(dirname(path), name);
    this.#db = new Database(path);
    this.#anchor = new Anchor(beside('audit.anchor'));
    this.#checkpoint = new Checkpoint(this.#db);
    this.#ballast = new Ballast(beside('ballast'));
    this.#journal = new Journal(this.#db, auditKey);
    this.isOlder = this.#journal.lacks(this.#anchor.link);
    this.#orphans = new Orphans(this.#db);
    this.#policy = new Policy(this.#db);
    this.#leases = new Leases(this.#db, this.#orphans);
    this.#examinations = new Examinations(this.#db, this.#orphans);
    this.#revisions = new Revisions(this.#db);
    this.#runs = new Runs(this.#db, this.#revisions, this.#leases);
    this.#pages = new Pages(this.#db, this.#runs);
  }

  async read(machine: MachineName, id: string): Promise<JsonObject | null> {
    return machine === 'run'
      ? this.#runs.document(id)
      : this.#leases.document(id);
  }

  async findKey(key: string): Promise<{ run: string; hash: string } | null> {
    const row = this.#db.get(
      'SELECT run, hash FROM idempotency WHERE key = ?',
      key
    );
    return row && { run: String(row.run), hash: String(row.hash) };
  }

  /**
   * What issues a right is all of it or nothing, its audit rows included. What
   * ends one does not wait for them: on a full disk the ballast goes, and rows
   * that cannot be written are written with the next commit that can.
   */
  async commit(commit: ICommit): Promise<void> {
    try {
      this.#commit(commit, commit.audit);
    } catch (error) {
      if (commit.issues) {
        throw error;
      }
      this.#commitAnyhow(commit, error);
    }
  }

  #commitAnyhow(commit: ICommit, error: unknown): void {
    if (isFull(error) && this.#ballast.release()) {
      try {
        this.#commit(commit, commit.audit);
        return;
      } catch {
        // Not even so: without its rows, then.
      }
    }
    try {
      this.#commit(commit, null);
      this.#journal.owe(commit.audit);
    } catch {
      throw error;
    }
  }

  #commit(commit: ICommit, audit: ICommit['audit'] | null): void {
    this.#change(() => {
      const changes = new Map<string, IChange | null>();
      for (const subject of commit.subjects) {
        const run = this.#write(subject, changes);
        if (run !== null && !changes.has(run)) {
          changes.set(run, this.#runs.touch(run));
        }
      }
      commit.extras.forEach(({ run, ...extra }) =>
        this.#runs.attach(run, extra)
      );
      this.#journal.write({ ...commit, audit });
      return [...changes.values()];
    });
    if (audit) {
      this.#journal.paid();
      this.#anchor.note(this.#journal.last);
      this.#ballast.restore(Date.now());
    }
  }

  async recover(): Promise<{ intents: IIntent[]; nextIntent: number }> {
    const recover = () => this.#db.transaction(() => this.#journal.recover());
    try {
      return recover();
    } catch (error) {
      // Started on a full disk: there are credentials to be ended.
      if (isFull(error) && this.#ballast.release()) {
        return recover();
      }
      throw error;
    }
  }

  async run(id: string): Promise<IRunRow | null> {
    return this.#runs.byId(id);
  }

  async resolve(id: string): Promise<string> {
    return this.#runs.resolve(id);
  }

  async list(query: IRunPageQuery): Promise<IRunPageResult> {
    return this.#pages.page(query);
  }

  async notebooks(query: IRunPageQuery): Promise<INotebookPageResult> {
    return this.#pages.notebooks(query);
  }

  async activeRuns(): Promise<IRunRow[]> {
    return this.#runs.active();
  }

  async endedBefore(time: number): Promise<string[]> {
    return this.#runs.endedBefore(time);
  }

  async leases(closed: number): Promise<ILeaseRow[]> {
    return this.#leases.list(closed);
  }

  async leasesOf(run: string): Promise<ILeaseRow[]> {
    return this.#leases.of(run);
  }

  async orphans(now: number, unproved = false): Promise<IOrphanRow[]> {
    return this.#orphans.list(now, unproved);
  }

  async dismiss(
    ids: readonly string[],
    at: number,
    reason: string,
    tell: TellOfOrphan
  ): Promise<readonly IOrphanRow[]> {
    const open = this.#orphans.open(ids, at);
    if (open.length > 0) {
      const rows = open.map(one => tell(one, this.#leases.byId(one.lease)));
      this.#told(rows, () => this.#orphans.dismiss(open, at, reason));
    }
    return open.map(orphan => ({ ...orphan, end: 'dismissed', reason }));
  }

  async findings(provider: string): Promise<IFindingsRow | null> {
    return this.#examinations.of(provider);
  }

  async beginExamination(
    row: IExaminationRow,
    audit: IAuditDraft
  ): Promise<void> {
    this.#told([audit], () => this.#examinations.begin(row));
  }

  async endExamination(
    row: IExaminationRow,
    end: IExaminationEnd,
    audit: IAuditDraft
  ): Promise<void> {
    this.#told([audit], () => this.#examinations.end(row, end));
  }

  async abandonExaminations(
    tell: (row: IExaminationRow) => IAuditDraft
  ): Promise<readonly IExaminationRow[]> {
    const rows = this.#examinations.underWay();
    if (rows.length > 0) {
      this.#told(rows.map(tell), () =>
        rows.forEach(row => this.#examinations.abandon(row))
      );
    }
    return rows;
  }

  /** Something outside the machines, with its audit rows. */
  #told(audit: readonly IAuditDraft[], work: () => void): void {
    this.#transaction(() => {
      work();
      this.#journal.write({ ...NOTHING, audit });
    });
    this.#journal.paid();
    this.#anchor.note(this.#journal.last);
  }

  async plan(run: string): Promise<JsonObject | null> {
    return this.#runs.plan(run);
  }

  async history(run: string, limit = 1000): Promise<IHistoryRow[]> {
    return this.#journal.history(run, limit);
  }

  /** Audit rows after a number, oldest first; of one run, or of all. */
  async audit(
    after: number,
    limit: number,
    run: string | null
  ): Promise<IAuditRecord[]> {
    return this.#journal.rows(after, limit, run);
  }

  async verifyAudit(): Promise<{ rows: number; problems: IChainProblem[] }> {
    return this.#journal.verify(this.#anchor.link);
  }

  /** Nothing that was issued before it holds; ms, 0: all does. */
  async notBefore(): Promise<number> {
    return this.#policy.notBefore;
  }

  async setNotBefore(time: number): Promise<void> {
    this.#policy.setNotBefore(time);
  }

  async counts(): Promise<{ activeRuns: number; openLeases: number }> {
    return {
      activeRuns: this.#runs.activeCount(),
      openLeases: this.#leases.openCount()
    };
  }

  async changes(after: number, limit = 1000): Promise<IChangeSet> {
    return this.#revisions.after(after, limit);
  }

  async revision(): Promise<number> {
    return this.#revisions.last;
  }

  async pulse(pulses: readonly IPulse[]): Promise<void> {
    if (pulses.length > 0) {
      this.#change(() => pulses.map(pulse => this.#runs.pulse(pulse)));
    }
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async erase(run: string): Promise<boolean> {
    let found = false;
    this.#change(() => {
      const change = this.#eraseRun(run);
      found = change !== null;
      return [change];
    });
    return found;
  }

  scrub(): Promise<void> {
    return this.#checkpoint.truncate();
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#anchor.flush();
    this.#db.close();
  }

  /** @returns the run whose view this changes by way of its lease, or null */
  #write(
    subject: ISubjectWrite,
    changes: Map<string, IChange | null>
  ): string | null {
    const { machine, id, columns } = subject;
    if (columns === null) {
      if (machine === 'run') {
        changes.set(id, this.#eraseRun(id));
        return null;
      }
      this.#journal.forget('lease', id);
      return this.#leases.erase(id);
    }
    if (columns.machine === 'run') {
      changes.set(id, this.#runs.write(subject, columns));
      return null;
    }
    this.#leases.write(subject, columns);
    return columns.run;
  }

  #eraseRun(id: string): IChange | null {
    for (const lease of this.#leases.of(id)) {
      this.#journal.forget('lease', lease.id);
      this.#leases.erase(lease.id);
    }
    this.#journal.forget('run', id);
    return this.#runs.erase(id);
  }

  #change(work: () => (IChange | null)[]): void {
    const changes = this.#transaction(work).filter(change => change !== null);
    if (changes.length === 0) {
      return;
    }
    for (const listener of this.#listeners) {
      // A listener's fault is not the commit's.
      queueMicrotask(() => listener(changes));
    }
  }

  #transaction<T>(work: () => T): T {
    try {
      const result = this.#db.transaction(work);
      this.#journal.settle();
      return result;
    } catch (error) {
      this.#journal.forgo();
      throw error;
    }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof BatchError && error.code === 'disk_full';
}
