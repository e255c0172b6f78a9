/**
 * What the interpreter asks of a store, in plain data (it could be answered by
 * a worker thread). The store knows columns, not what a run or a lease is: each
 * machine is registered with a projection that says what its row shows.
 */
import type { IIntent, JsonObject, MachineName } from './types.ts';

/** A client or token that nobody holds the keys of any more. Times in ms. */
export interface IOrphanColumns {
  readonly id: string;
  readonly kind: 'client' | 'token';
  readonly provider: string;
  /** `client_name` = the lease id */
  readonly name: string;
  readonly since: number;
  /** null: nobody knows when */
  readonly expiresAt: number | null;
  /** what its expiry makes of it */
  readonly endsAs: 'expired' | 'unconfirmed';
}

/** What lists, filters and searches see of a run. Times in ms since the epoch. */
export interface IRunColumns {
  readonly machine: 'run';
  readonly state: string;
  /** not in a terminal state */
  readonly active: boolean;
  readonly target: string;
  /** absolute path, else the file name */
  readonly notebook: string;
  readonly label: string | null;
  readonly submittedAt: number;
  readonly endedAt: number | null;
  /** what the text search looks at beside label, notebook and id */
  readonly search: string;
  /** what a list shows, ready to be answered; the store does not look into it */
  readonly view: JsonObject;
}

/** What lists see of a lease. A change of it is a change of its run. */
export interface ILeaseColumns {
  readonly machine: 'lease';
  readonly run: string;
  readonly state: string;
  /** not CLOSED (or whatever else counts as done) */
  readonly open: boolean;
  readonly view: JsonObject;
  /** every orphan this lease has; rows outlive the lease until they end */
  readonly orphans?: readonly IOrphanColumns[];
}

export type Columns = IRunColumns | ILeaseColumns;

/** State → its row; null: erase the subject in the same transaction. */
export type Projection<S> = (state: S) => Columns | null;

export interface ISubjectWrite {
  readonly machine: MachineName;
  readonly id: string;
  /** the machine's whole state; JSON */
  readonly state: object;
  /** null: the subject's rows go; its audit rows stay */
  readonly columns: Columns | null;
  /** true: the row must not be there yet */
  readonly fresh: boolean;
}

/** Public text only: no secret, nothing a provider said. */
export interface IAuditDraft {
  readonly at: number;
  readonly machine: MachineName;
  readonly subject: string;
  /** the run that the subject belongs to; null where nobody knows any more */
  readonly run: string | null;
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  /** false: recorded, and nothing changed */
  readonly fits: boolean;
  readonly detail: string | null;
}

/** Rows that belong to a creation and must not exist without it. */
export interface IExtra {
  /** `Idempotency-Key` of the request and a hash of its body */
  readonly idempotency?: { readonly key: string; readonly hash: string };
  /** the files plan as it was accepted */
  readonly plan?: JsonObject;
}

/** One transaction: all of it or nothing. */
export interface ICommit {
  /** something is issued: not without its audit rows */
  readonly issues: boolean;
  readonly subjects: readonly ISubjectWrite[];
  readonly audit: readonly IAuditDraft[];
  readonly intents: readonly IIntent[];
  /** intents that are done or no longer wanted */
  readonly removed: readonly number[];
  /** intents that wait again */
  readonly postponed: readonly {
    readonly id: number;
    readonly due: number;
    readonly tries: number;
  }[];
  readonly extras: readonly (IExtra & { readonly run: string })[];
}

/** What an earlier process left. */
export interface IRecovered {
  readonly intents: IIntent[];
  readonly nextIntent: number;
  /** ms */
  readonly lastCommit: number;
}

export interface ILifecycleStore {
  /** The state of a subject, or null. */
  read(machine: MachineName, id: string): Promise<JsonObject | null>;
  /** The run that was created under this key, with the hash of its request. */
  findKey(key: string): Promise<{ run: string; hash: string } | null>;
  /** @throws BatchError `disk_full`; then nothing of it happened */
  commit(commit: ICommit): Promise<void>;
  /**
   * Called once at start: every pending intent, with `tries` raised, since it
   * may have been begun before the process died; the next free intent id; and the
   * time of the last commit, by the clock of who made it (0: there was none).
   */
  recover(): Promise<IRecovered>;
}
