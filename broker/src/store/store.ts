import type { ICommit, ISubjectWrite } from '../lifecycle/ports.ts';
import type { IIntent, JsonObject, MachineName } from '../lifecycle/types.ts';
import { Database } from './database.ts';
import { Journal } from './journal.ts';
import { Leases } from './leases.ts';
import { Listing } from './listing.ts';
import { Revisions } from './revisions.ts';
import { Runs } from './runs.ts';
import type {
  IChange,
  IChangeSet,
  IHistoryRow,
  ILeaseRow,
  INotebookPageResult,
  IOrphanRow,
  IPulse,
  IRunPageQuery,
  IRunPageResult,
  IRunRow,
  IStore
} from './types.ts';

type Listener = (changes: readonly IChange[]) => void;

/** The store over one SQLite file, which is this process's alone. */
export class Store implements IStore {
  readonly #db: Database;
  readonly #journal: Journal;
  readonly #leases: Leases;
  readonly #listing: Listing;
  readonly #revisions: Revisions;
  readonly #runs: Runs;
  readonly #listeners = new Set<Listener>();

  /**
   * @param path the file (made 0600), or `:memory:`
   * @throws BatchError where it is in use, newer than this program, or not ours
   */
  constructor(path: string) {
    this.#db = new Database(path);
    this.#journal = new Journal(this.#db);
    this.#leases = new Leases(this.#db);
    this.#revisions = new Revisions(this.#db);
    this.#runs = new Runs(this.#db, this.#revisions, this.#leases);
    this.#listing = new Listing(this.#db, this.#runs);
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

  async commit(commit: ICommit): Promise<void> {
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
      this.#journal.write(commit);
      return [...changes.values()];
    });
  }

  async recover(): Promise<{ intents: IIntent[]; nextIntent: number }> {
    return this.#db.transaction(() => this.#journal.recover());
  }

  async run(id: string): Promise<IRunRow | null> {
    return this.#runs.byId(id);
  }

  async resolve(id: string): Promise<string> {
    return this.#runs.resolve(id);
  }

  async list(query: IRunPageQuery): Promise<IRunPageResult> {
    return this.#listing.page(query);
  }

  async notebooks(query: IRunPageQuery): Promise<INotebookPageResult> {
    return this.#listing.notebooks(query);
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

  async orphans(): Promise<IOrphanRow[]> {
    return this.#leases.orphans();
  }

  async plan(run: string): Promise<JsonObject | null> {
    return this.#runs.plan(run);
  }

  async history(run: string, limit = 1000): Promise<IHistoryRow[]> {
    return this.#journal.history(run, limit);
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

  async scrub(): Promise<void> {
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  async close(): Promise<void> {
    this.#listeners.clear();
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
    const changes = this.#db
      .transaction(work)
      .filter(change => change !== null);
    if (changes.length === 0) {
      return;
    }
    for (const listener of this.#listeners) {
      // A listener's fault is not the commit's.
      queueMicrotask(() => listener(changes));
    }
  }
}
