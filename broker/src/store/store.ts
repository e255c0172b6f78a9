import { dirname, join } from 'node:path';

import type {
  IAuditDraft,
  ICommit,
  IRecovered,
  ISubjectWrite
} from '../lifecycle/ports.ts';
import type { JsonObject, MachineName } from '../lifecycle/types.ts';

import { Anchor } from './anchor.ts';
import { Ballast } from './ballast.ts';
import type { IAuditRecord, IChainProblem } from './chain.ts';
import { Checkpoint } from './checkpoint.ts';
import { Database } from './database.ts';
import { Examinations } from './examinations.ts';
import type { Sync } from './file-sync.ts';
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
import { Writer, type Listener, type Lost } from './writer.ts';

export interface IDisk {
  /** It did not keep what was committed: ends the process. */
  readonly lost?: Lost;
  /** absent: the system's fdatasync */
  readonly sync?: Sync;
}

/** The store over one SQLite file, which is this process's alone. */
export class Store implements IStore {
  /** When it was opened, the file beside it knew of a row that is not in it. */
  readonly isOlder: boolean;
  readonly #anchor: Anchor;
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
  readonly #writer: Writer;

  /**
   * @param path the file (made 0600), or `:memory:`
   * @param auditKey chains the audit rows; 256 bits
   * @throws BatchError where it is in use, newer than this program, or not ours
   */
  constructor(
    path: string,
    auditKey: Buffer = Buffer.alloc(32),
    { lost = () => undefined, sync }: IDisk = {}
  ) {
    const beside = (name: string): string | null =>
      path === ':memory:' ? null : join(dirname(path), name);
    this.#db = new Database(path, { sync });
    this.#anchor = new Anchor(beside('audit.anchor'));
    this.#checkpoint = new Checkpoint(this.#db);
    this.#journal = new Journal(this.#db, auditKey);
    this.isOlder = this.#journal.lacks(this.#anchor.link);
    this.#orphans = new Orphans(this.#db);
    this.#policy = new Policy(this.#db);
    this.#leases = new Leases(this.#db, this.#orphans);
    this.#examinations = new Examinations(this.#db, this.#orphans);
    this.#revisions = new Revisions(this.#db);
    this.#runs = new Runs(this.#db, this.#revisions, this.#leases);
    this.#pages = new Pages(this.#db, this.#runs);
    this.#writer = new Writer(this.#db, this.#journal, {
      anchor: this.#anchor,
      ballast: new Ballast(beside('ballast')),
      lost
    });
  }

  async read(machine: MachineName, id: string): Promise<JsonObject | null> {
    const rows = machine === 'run' ? this.#runs : this.#leases;
    return this.#read(() => rows.document(id));
  }

  async findKey(key: string): Promise<{ run: string; hash: string } | null> {
    return this.#read(() => this.#runs.byKey(key));
  }

  commit(commit: ICommit): Promise<void> {
    return this.#writer.commit(commit, () => {
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
      return [...changes.values()];
    });
  }

  async recover(): Promise<IRecovered> {
    return this.#writer.recover();
  }

  async run(id: string): Promise<IRunRow | null> {
    return this.#read(() => this.#runs.byId(id));
  }

  async resolve(id: string): Promise<string> {
    return this.#read(() => this.#runs.resolve(id));
  }

  async list(query: IRunPageQuery): Promise<IRunPageResult> {
    return this.#read(() => this.#pages.page(query));
  }

  async notebooks(query: IRunPageQuery): Promise<INotebookPageResult> {
    return this.#read(() => this.#pages.notebooks(query));
  }

  async activeRuns(): Promise<IRunRow[]> {
    return this.#read(() => this.#runs.active());
  }

  async endedBefore(time: number): Promise<string[]> {
    return this.#read(() => this.#runs.endedBefore(time));
  }

  async leases(closed: number): Promise<ILeaseRow[]> {
    return this.#read(() => this.#leases.list(closed));
  }

  async leasesOf(run: string): Promise<ILeaseRow[]> {
    return this.#read(() => this.#leases.of(run));
  }

  async orphans(now: number, unproved = false): Promise<IOrphanRow[]> {
    return this.#read(() => this.#orphans.list(now, unproved));
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
      await this.#writer.told(rows, () =>
        this.#orphans.dismiss(open, at, reason)
      );
    }
    return open.map(orphan => ({ ...orphan, end: 'dismissed', reason }));
  }

  async findings(provider: string): Promise<IFindingsRow | null> {
    return this.#read(() => this.#examinations.of(provider));
  }

  async beginExamination(
    row: IExaminationRow,
    audit: IAuditDraft
  ): Promise<void> {
    await this.#writer.told([audit], () => this.#examinations.begin(row));
  }

  async endExamination(
    row: IExaminationRow,
    end: IExaminationEnd,
    audit: IAuditDraft
  ): Promise<void> {
    await this.#writer.told([audit], () => this.#examinations.end(row, end));
  }

  async abandonExaminations(
    tell: (row: IExaminationRow) => IAuditDraft
  ): Promise<readonly IExaminationRow[]> {
    const rows = this.#examinations.underWay();
    if (rows.length > 0) {
      await this.#writer.told(rows.map(tell), () =>
        rows.forEach(row => this.#examinations.abandon(row))
      );
    }
    return rows;
  }

  async plan(run: string): Promise<JsonObject | null> {
    return this.#read(() => this.#runs.plan(run));
  }

  async history(run: string, limit = 1000): Promise<IHistoryRow[]> {
    return this.#read(() => this.#journal.history(run, limit));
  }

  /** Audit rows after a number, oldest first; of one run, or of all. */
  async audit(
    after: number,
    limit: number,
    run: string | null
  ): Promise<IAuditRecord[]> {
    return this.#read(() => this.#journal.rows(after, limit, run));
  }

  async verifyAudit(): Promise<{ rows: number; problems: IChainProblem[] }> {
    return this.#journal.verify(this.#anchor.link);
  }

  /** Nothing that was issued before it holds; ms, 0: all does. */
  async notBefore(): Promise<number> {
    return this.#read(() => this.#policy.notBefore);
  }

  async setNotBefore(time: number): Promise<void> {
    await this.#writer.change(() => {
      this.#policy.setNotBefore(time);
      return [];
    });
  }

  async counts(): Promise<{ activeRuns: number; openLeases: number }> {
    return this.#read(() => ({
      activeRuns: this.#runs.activeCount(),
      openLeases: this.#leases.openCount()
    }));
  }

  async changes(after: number, limit = 1000): Promise<IChangeSet> {
    return this.#read(() => this.#revisions.after(after, limit));
  }

  async revision(): Promise<number> {
    return this.#read(() => this.#revisions.last);
  }

  async pulse(pulses: readonly IPulse[]): Promise<void> {
    if (pulses.length > 0) {
      await this.#writer.change(() =>
        pulses.map(pulse => this.#runs.pulse(pulse))
      );
    }
  }

  onChange(listener: Listener): () => void {
    return this.#writer.listen(listener);
  }

  scrub(): Promise<void> {
    return this.#checkpoint.truncate();
  }

  async close(): Promise<void> {
    this.#writer.close();
    await this.#db.unsettled;
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

  /** What a loss of power could take back is nothing that anybody is told of. */
  async #read<T>(rows: () => T): Promise<T> {
    while (this.#db.unsettled) {
      await this.#db.unsettled;
    }
    return rows();
  }
}
