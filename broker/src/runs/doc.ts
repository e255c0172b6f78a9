import type {
  FilesMode,
  KernelSpec,
  OutputRule,
  Parameter,
  Reason,
  Resources,
  RunState,
  Summary,
  UsedRuntime
} from '@jupyterlab-batch/protocol';

import type { IJob } from '../targets/target.ts';

/** What was promised at submit; frozen. */
export interface IRunSpec {
  readonly label: string | null;
  readonly notebook: {
    readonly name: string;
    readonly path: string | null;
    readonly contentsPath: string | null;
  };
  readonly target: string;
  readonly kernel: KernelSpec;
  readonly language: string;
  readonly prefix: string | null;
  readonly parameters: readonly Parameter[];
  readonly outputs: readonly OutputRule[];
  /** seconds */
  readonly timeLimit: number;
  /** what its target is asked for; absent in runs of earlier versions */
  readonly resources?: Resources;
  /** environment of its Python and kernel; absent, or null: as-is */
  readonly runtime?: UsedRuntime | null;
  readonly filesMode: FilesMode;
  /** the project root, absolute; null when nothing is copied */
  readonly root: string | null;
  /** the notebook's folder relative to the root */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly python: string;
  readonly user: string;
  readonly deliverTo: string | null;
  readonly configPath: readonly string[];
  readonly rerunOf: string | null;
  /** seconds between interrupt and kill */
  readonly grace: number;
  /** bytes per cell */
  readonly outputCap: number;
}

/** One try of the run at its target. */
export interface IAttemptDoc {
  readonly number: number;
  /** null until the target has taken it */
  readonly job: IJob | null;
  /** SHA-256 of the ticket; the ticket itself is nowhere */
  readonly ticketHash: string | null;
  /** the ticket is known to have reached the runner */
  readonly armed: boolean;
  /** why the last claim was not taken for its job's; absent: none was refused */
  readonly refused?: string;
  /** SHA-256 of the session secret that traded the ticket */
  readonly sessionHash: string | null;
  /** ms; the end of the run's time limit, counted from the permit */
  readonly deadline: number | null;
  readonly released: boolean;
  readonly gone: {
    readonly exitCode: number | null;
    readonly signal: string | null;
    /** where the scheduler ended it; absent in runs of earlier versions */
    readonly why?: IFailure | null;
  } | null;
}

/** Why a run cannot succeed any more, known before the notebook is folded. */
export interface IFailure {
  readonly reason: Reason;
  readonly message: string;
}

export interface IDelivery {
  /** the executed notebook, where the user finds it */
  readonly notebook: string | null;
  readonly folder: string | null;
  readonly sha256: string | null;
  /** what was delivered with it, relative to `folder` */
  readonly outputs: readonly string[];
  /** expected outputs that are not there, in words */
  readonly missing: readonly string[];
  /** why it stays in the run folder */
  readonly problem: string | null;
}

/** The state document of a run: JSON, no secret in it. */
export interface IRunDoc {
  readonly id: string;
  readonly state: RunState;
  readonly spec: IRunSpec;
  readonly folder: string;
  readonly lease: {
    readonly id: string;
    readonly ready: boolean;
    readonly closed: boolean;
  } | null;
  readonly attempt: IAttemptDoc | null;
  readonly cancelled: boolean;
  readonly failure: IFailure | null;
  readonly hostGone: boolean;
  /** its fold was asked for: there is one, however often a job is seen to end */
  readonly folding: boolean;
  readonly summary: Summary | null;
  readonly delivery: IDelivery | null;
  readonly reason: Reason | null;
  readonly message: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly submittedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly closedAt: number | null;
  /** its folder is being deleted */
  readonly deleting: boolean;
  /** its folder is gone: the row goes with the next commit */
  readonly deleted: boolean;
}

/** The name a scheduler knows an attempt by. */
export function attemptId(run: string, number: number): string {
  return `${run}.${number}`;
}
