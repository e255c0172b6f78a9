import type {
  KernelSpec,
  Reason,
  ResourceField,
  ResourceProblem,
  Resources,
  Runtime,
  RuntimeOffer,
  UsedRuntime
} from '@jupyterlab-batch/protocol';

import type { JsonObject } from '../lifecycle/types.ts';
import type { Secret } from '../secrets/secret.ts';

/** One try of a run, as a target needs to know it. */
export interface IAttempt {
  /** `<run id>.<number>`: the name a scheduler knows it by */
  readonly id: string;
  readonly run: string;
  readonly number: number;
  /** the run folder, absolute, 0700, with job.json and input.ipynb in it */
  readonly folder: string;
  /** interpreter that it was submitted from: it has the whole package */
  readonly python: string;
  /** environment that it has instead, as `weigh` has found it; null: as-is */
  readonly runtime: UsedRuntime | null;
  /** the job's whole environment, already reduced to the allow-list */
  readonly environment: Readonly<Record<string, string>>;
  /** seconds */
  readonly timeLimit: number;
  /** as `weigh` has given them */
  readonly resources: Resources;
}

/** What a run would ask of its target. */
export interface IWish {
  readonly resources: Resources;
  /** seconds that the configuration allows */
  readonly limit: number;
  /** seconds; null: as many as may be */
  readonly timeLimit: number | null;
  /** interpreter that it is submitted from; null: not known yet */
  readonly python: string | null;
  /** environment that it shall have instead; null: as-is */
  readonly runtime: Runtime | null;
  /** a person has chosen it: its programs may be started to look at them */
  readonly trusted: boolean;
  readonly kernel: Pick<KernelSpec, 'name' | 'argv'> | null;
}

/** An environment that somebody may want. */
export interface IRuntimeQuestion {
  /** null: as-is, that of `python` */
  readonly runtime: Runtime | null;
  /** a person has chosen it: its programs may be started to look at them */
  readonly trusted: boolean;
  readonly python: string;
  /** absolute folder of the notebook; null: it has none */
  readonly near: string | null;
}

/** What a target has to choose, and what it makes of a wish. */
export interface IWeighed {
  /** none where there is nothing to choose */
  readonly fields: readonly ResourceField[];
  readonly problems: readonly ResourceProblem[];
  /** what would be asked for: read, in one form, and nothing that was not allowed for */
  readonly resources: Resources;
  /** the environment that was wished for; null: as-is, or it does not do */
  readonly runtime: UsedRuntime | null;
  /** seconds; the most that a run may take there, and the default */
  readonly timeLimit: number;
  /** ms since the epoch; the scheduler's estimate, where it has one */
  readonly startsAt: number | null;
}

/** What a scheduler knows of an attempt; committed before anything trusts it. */
export interface IJob {
  /** for people: a pid, a Slurm job id */
  readonly native: string;
  /** local: pid, start time, boot id, pid namespace; opaque to everyone else */
  readonly proof: JsonObject;
  /** a scheduler may let it wait for days before it starts */
  readonly waits: boolean;
}

export type Observation =
  /** it has a place in a queue and none to run at; nothing may run for it yet */
  | {
      readonly state: 'waiting';
      /** in words; null where the scheduler says nothing to people */
      readonly why: string | null;
      /** ms since the epoch; an estimate */
      readonly startsAt: number | null;
    }
  | {
      readonly state: 'running';
      /** why it does not go on now, in words */
      readonly why?: string | null;
    }
  | {
      readonly state: 'gone';
      /** null where it cannot be known (adopted after a restart) */
      readonly exitCode: number | null;
      readonly signal: string | null;
      /** where the scheduler ended it, and says why */
      readonly why: {
        readonly reason: Reason;
        readonly message: string;
      } | null;
      /** it ended for no fault of its own: what had no permit yet may try again */
      readonly again?: boolean;
    }
  /** the scheduler answers, and knows no such job: no evidence of anything yet */
  | { readonly state: 'absent' }
  /** the host was restarted: no evidence of the end can exist */
  | { readonly state: 'host_gone' }
  /** asking failed; changes nothing */
  | { readonly state: 'unknown'; readonly why: string };

/** What became of a job that had not started, and that its scheduler does not know. */
export type Absence =
  /** it may never have been kept; in words. It holds no permit, so another try is safe */
  | { readonly kind: 'lost'; readonly why: string }
  /** it was kept and has ended, nobody knows how; in words */
  | { readonly kind: 'ended'; readonly message: string }
  | { readonly kind: 'unknown' };

export type SubmitResult =
  | { readonly kind: 'ok'; readonly job: IJob }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly why: string };

/** Somebody who holds the ticket of an attempt, and asks for its start permit. */
export interface IClaim {
  readonly attempt: string;
  /** of all that it says, with the hashes of ticket and session secret: SHA-256, hex */
  readonly digest: string;
  /** what the identity service of the job's host says of this digest, if it brought that */
  readonly proof: string | null;
}

export type Admission =
  | { readonly kind: 'yes' }
  /** not now; in words, where there is more to say than that its job was not seen running */
  | { readonly kind: 'wait'; readonly why: string | null }
  /** it does not come from the job; in words */
  | { readonly kind: 'no'; readonly message: string };

/** What a look at jobs is wanted for. */
export interface IAttention {
  /** one of them may hold a credential, which dies with it */
  readonly leased: boolean;
  /** something may have happened to one of them that a look would tell */
  readonly stirred: boolean;
}

/** A place that runs jobs. Slurm's words stay in Slurm's folder. */
export interface ITarget {
  readonly name: string;
  readonly scheduler: string;
  /** runs at once; null: the scheduler decides */
  readonly slots: number | null;
  /** what a user should know before submitting, or null */
  notice(): string | null;
  /**
   * Compares a wish with what the target has and its operator allows; nothing
   * is queued.
   */
  weigh(wish: IWish): Promise<IWeighed>;
  /** The Python and the kernels that a run would have in an environment. */
  offer(question: IRuntimeQuestion): Promise<RuntimeOffer>;
  /**
   * Where the sockets of an attempt lie on the machine that it runs on, and the
   * broker is asked from afar; null: on this one, below the broker's own.
   */
  runtime(attempt: string): string | null;
  /** The ticket that the attempt gets: a new one, or the one it was given before. */
  ticket(attempt: IAttempt): Promise<Secret>;
  /** Starts the attempt without its ticket. Idempotent on the attempt id. */
  submit(attempt: IAttempt): Promise<SubmitResult>;
  /**
   * Whether the job runs and the claim is its own, so that its ticket may be
   * traded; may wait 15 s for it.
   */
  admits(claim: IClaim, job: IJob): Promise<Admission>;
  /**
   * Hands the ticket over, once, after the job is committed.
   *
   * @returns false when it cannot reach the job any more
   */
  arm(attempt: string, ticket: Secret): Promise<boolean>;
  /**
   * One question for all jobs, when the target thinks that it is time. Of an id that
   * is missing from the answer nothing was learnt.
   */
  poll(
    jobs: ReadonlyMap<string, IJob>,
    attention: IAttention
  ): Promise<Map<string, Observation>>;
  /** Asked once a job that has not started was absent for a while. */
  fate(attempt: string, job: IJob): Promise<Absence>;
  /** Resolves as soon as the target notices by itself that this job ended. */
  onGone(listener: (attempt: string) => void): void;
  /** Asks the runner to interrupt, fold and leave (SIGTERM). */
  cancel(attempt: string, job: IJob): Promise<void>;
  /** Ends every process of the run; resolves with how many are left (0: none). */
  sweep(run: string, job: IJob | null): Promise<number>;
}
