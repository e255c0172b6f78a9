import type { IAuditDraft, ILifecycleStore } from '../lifecycle/ports.ts';
import type { JsonObject } from '../lifecycle/types.ts';
import type { IAuditRecord, IChainProblem } from './chain.ts';

/** A row of the list. `progress` and `observedAt` are newer than `view`. */
export interface IRunRow {
  readonly id: string;
  readonly revision: number;
  readonly state: string;
  readonly active: boolean;
  readonly submittedAt: number;
  readonly endedAt: number | null;
  readonly progress: JsonObject | null;
  readonly observedAt: number | null;
  /** as the run's projection made it */
  readonly view: JsonObject;
  /** the newest lease of the run, as the lease's projection made it */
  readonly lease: ILeaseRow | null;
}

export interface ILeaseRow {
  readonly id: string;
  readonly run: string;
  readonly state: string;
  readonly open: boolean;
  readonly view: JsonObject;
}

export interface IOrphanRow {
  readonly id: string;
  readonly kind: 'client' | 'token';
  readonly provider: string;
  readonly name: string;
  readonly lease: string;
  readonly run: string;
  readonly since: number;
  readonly expiresAt: number | null;
  readonly end: 'expired' | 'unconfirmed' | 'dismissed' | null;
  /** why it was dismissed */
  readonly reason: string | null;
}

export type TellOfOrphan = (
  orphan: IOrphanRow,
  lease: ILeaseRow | null
) => IAuditDraft;

/** What was measured of a provider. */
export interface IFindingsRow {
  readonly at: number;
  /** names the configuration entry that it was measured with */
  readonly entry: string;
  readonly findings: JsonObject;
}

/** A provider that is being examined with a client of this id's name. */
export interface IExaminationRow {
  readonly id: string;
  readonly provider: string;
  readonly client: 'per_lease' | 'shared';
  /** ms */
  readonly since: number;
}

export interface IExaminationEnd {
  readonly at: number;
  readonly entry: string;
  /** null: nothing was found out; what was known stays */
  readonly findings: JsonObject | null;
  /** what is at the provider still, or may be; times in ms */
  readonly left: readonly {
    readonly kind: 'client' | 'token';
    readonly expiresAt: number | null;
  }[];
}

/** Any combination; absent: no condition. */
export interface IRunFilter {
  readonly states?: readonly string[];
  readonly target?: string;
  readonly notebook?: string;
  readonly label?: string;
  /** submitted at this time (ms) or later */
  readonly after?: number;
  /** submitted earlier than this (ms) */
  readonly before?: number;
  /** a piece of label, notebook, parameters or id; upper and lower case alike */
  readonly q?: string;
}

export interface IRunPageQuery extends IRunFilter {
  /** 1 … 500 */
  readonly limit: number;
  /** `next` of the page before */
  readonly cursor?: string;
  /** by submission, or by the notebook's path and then the newest; absent: `newest` */
  readonly order?: 'newest' | 'oldest' | 'notebook';
}

export interface IRunPageResult {
  /** in the order that was asked for */
  readonly runs: IRunRow[];
  readonly next: string | null;
}

export interface INotebookPageResult {
  /** in the order of the newest run of each, or of the paths */
  readonly notebooks: { notebook: string; runs: number }[];
  readonly next: string | null;
}

export interface IChange {
  readonly id: string;
  /** null: deleted */
  readonly state: string | null;
  readonly revision: number;
  /** the run has ended */
  readonly ended: boolean;
}

export interface IChangeSet {
  /** ask for changes after this next */
  readonly revision: number;
  readonly changes: IChange[];
  /** the revision asked for is not known (any more): load anew */
  readonly reset: boolean;
}

export interface IHistoryRow {
  readonly at: number;
  readonly machine: 'run' | 'lease';
  readonly subject: string;
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly fits: boolean;
  readonly detail: string | null;
}

/** An update of what changes often; it does not pass through the interpreter. */
export interface IPulse {
  readonly id: string;
  readonly progress?: JsonObject;
  /** ms */
  readonly observedAt?: number;
  /** true: no new revision, nobody is told */
  readonly quiet?: boolean;
}

/** Asynchronous, so that it can move to a worker without its callers noticing. */
export interface IStore extends ILifecycleStore {
  run(id: string): Promise<IRunRow | null>;
  /**
   * The one run with this id, or this prefix or suffix of it (any case).
   *
   * @throws BatchError `not_found`, `ambiguous_id`
   */
  resolve(id: string): Promise<string>;
  /** @throws BatchError `invalid_request` for a cursor that is not ours */
  list(query: IRunPageQuery): Promise<IRunPageResult>;
  /** The notebooks of the runs that fit; cursors as those of `list`. */
  notebooks(query: IRunPageQuery): Promise<INotebookPageResult>;
  /** Every run that has not ended, oldest first. */
  activeRuns(): Promise<IRunRow[]>;
  /** Ids of runs that ended before this time (ms), oldest first. */
  endedBefore(time: number): Promise<string[]>;
  /** Newest leases of runs: the open ones, then the last `closed` closed ones. */
  leases(closed: number): Promise<ILeaseRow[]>;
  leasesOf(run: string): Promise<ILeaseRow[]>;
  /**
   * @param now ms; an orphan ends with its own expiry
   * @param unproved also the tokens of closed leases whose death nobody could prove,
   *   each lease as one row that is only kept once it is dismissed
   */
  orphans(now: number, unproved?: boolean): Promise<IOrphanRow[]>;
  /**
   * An operator knows that nothing is left of them; those that have no end yet,
   * in one transaction with their audit rows.
   *
   * @param ids whole
   * @returns those that it was done to
   */
  dismiss(
    ids: readonly string[],
    at: number,
    reason: string,
    tell: TellOfOrphan
  ): Promise<readonly IOrphanRow[]>;
  findings(provider: string): Promise<IFindingsRow | null>;
  /** One transaction with its audit row: before anything is made. */
  beginExamination(row: IExaminationRow, audit: IAuditDraft): Promise<void>;
  endExamination(
    row: IExaminationRow,
    end: IExaminationEnd,
    audit: IAuditDraft
  ): Promise<void>;
  /** At start: what brokers that were killed over one have left are orphans. */
  abandonExaminations(
    tell: (row: IExaminationRow) => IAuditDraft
  ): Promise<readonly IExaminationRow[]>;
  /** The files plan as it was accepted with the run. */
  plan(run: string): Promise<JsonObject | null>;
  /** Audit rows of a run and its leases, oldest first; the last `limit` ones. */
  history(run: string, limit?: number): Promise<IHistoryRow[]>;
  /** Audit rows after a number, oldest first; of one run, or of all. */
  audit(
    after: number,
    limit: number,
    run: string | null
  ): Promise<IAuditRecord[]>;
  /** Recomputes the chain of all audit rows. */
  verifyAudit(): Promise<{ rows: number; problems: IChainProblem[] }>;
  /** Nothing that was issued before it holds; ms, 0: all does. */
  notBefore(): Promise<number>;
  /** Moves it forward; it never goes back. */
  setNotBefore(time: number): Promise<void>;
  counts(): Promise<{ activeRuns: number; openLeases: number }>;
  /** At most `limit` (default 1000) changes; 0 asks for all there are. */
  changes(after: number, limit?: number): Promise<IChangeSet>;
  revision(): Promise<number>;
  /** One transaction for all of them; unknown ids are passed over. */
  pulse(pulses: readonly IPulse[]): Promise<void>;
  /** Told after each commit that changed a run; returns how to stop it. */
  onChange(listener: (changes: readonly IChange[]) => void): () => void;
  /** Empties the write-ahead log, so that erased bytes are gone from it too. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}
