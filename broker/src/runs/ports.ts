/**
 * What this room needs of the others, in its own words. `app.ts` connects them;
 * no room imports another.
 */
import type {
  FileList,
  FilesPlan,
  Inspection,
  LeaseSummary,
  NotebookContent,
  OutputRule,
  PlanFolder,
  PlanRequest,
  Runtime,
  Summary,
  TokenReply,
  Value
} from '@jupyterlab-batch/protocol';

import type { JsonObject } from '../lifecycle/types.ts';
import type { Secret } from '../secrets/secret.ts';
import type { ITarget } from '../targets/target.ts';
import type { IDelivery, IFailure } from './doc.ts';

export interface INotebookRoom {
  inspect(content: NotebookContent, name: string): Promise<Inspection>;
  inject(
    content: NotebookContent,
    parameters: readonly { name: string; type: Value['type']; text: string }[]
  ): Promise<NotebookContent>;
}

/** A files plan with everything that the copy needs; JSON. */
export interface IPlanned {
  readonly plan: FilesPlan;
  readonly entries: JsonObject[];
  readonly notebook: string | null;
}

/** What a delivery looks at, and where it goes. */
export interface IDeliveryRequest {
  readonly run: string;
  readonly runFolder: string;
  readonly name: string;
  readonly into: string | null;
  /** ms */
  readonly startedAt: number;
  /** absolute: the copy's root, or the project's for a run in place */
  readonly root: string;
  /** the notebook's folder relative to it */
  readonly cwd: string;
  readonly inPlace: boolean;
  readonly outputs: readonly OutputRule[];
}

export interface IFilesRoom {
  plan(request: PlanRequest): Promise<IPlanned>;
  /** All of a plan; one over the limits was shown and confirmed in part. */
  confirmed(planned: IPlanned): Promise<IPlanned | IFailure>;
  /** What of a plan lies in a folder. */
  listFolder(planned: IPlanned, folder: string): PlanFolder;
  /** `<work>/<project>/<user>/<run id>` */
  runFolder(
    work: string,
    root: string | null,
    user: string,
    run: string
  ): string;
  /** @throws BatchError `work_unwritable` when nothing could be made there */
  checkWritable(work: string): Promise<void>;
  /** Makes the folder, or finds the one that this run made before. */
  makeRunFolder(folder: string): Promise<IFailure | null>;
  copy(
    planned: IPlanned,
    into: string,
    signal: AbortSignal
  ): Promise<IFailure | 'aborted' | null>;
  /** Whole or not at all, 0600. */
  write(path: string, text: string): Promise<IFailure | null>;
  /** Expected outputs that are not there, in words. */
  missing(request: IDeliveryRequest): Promise<string[]>;
  deliver(
    request: IDeliveryRequest,
    record: Readonly<Record<string, unknown>>,
    signal: AbortSignal
  ): Promise<IDelivery>;
  /**
   * Writes the record anew beside what was delivered; not where that is gone.
   *
   * @returns why it could not be written
   */
  amend(
    folder: string,
    run: string,
    record: Readonly<Record<string, unknown>>
  ): Promise<IFailure | null>;
  /** What an ended run made, and what of it could not be delivered. */
  made(
    request: IDeliveryRequest,
    delivery: IDelivery | null
  ): Promise<FileList>;
  /** @returns why it is still there; something else at its place is left alone */
  removeRunFolder(folder: string): Promise<string | null>;
  jobEnvironment(
    submitted: Readonly<Record<string, string>>,
    extraNames: readonly string[],
    targetEnv: Readonly<Record<string, string>>
  ): Record<string, string>;
}

/** One `[targets.NAME]`, and the door to it. */
export interface ITargetEntry {
  readonly target: ITarget;
  readonly name: string;
  readonly scheduler: string;
  readonly isDefault: boolean;
  /** seconds; default and upper bound */
  readonly timeLimit: number;
  readonly work: string;
  /** environment of a run that names none; null: as-is */
  readonly runtime: Runtime | null;
  readonly identity: string | null;
  readonly identityLine: string | null;
  readonly scopes: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** seconds */
  readonly grace: number;
  /** bytes per cell */
  readonly outputCap: number;
}

export interface ILeaseRoom {
  /** The first state of a lease for this run, and its id. */
  create(
    run: string,
    identity: string
  ): Promise<{ id: string; state: JsonObject }>;
  /** null: there is no such lease (any more) */
  summary(lease: string): Promise<LeaseSummary | null>;
  /**
   * Every token that was issued; there until the run has said `looked`.
   *
   * @throws when they cannot be opened
   */
  secrets(lease: string): Promise<readonly Secret[]>;
  token(
    lease: string,
    minValid: number,
    signal: AbortSignal
  ): Promise<TokenReply>;
}

export interface IRebuilder {
  /**
   * Spawns `runner rebuild FOLDER` and reads what it prints.
   *
   * @param secrets looked for in all that was written; they go through a pipe
   */
  rebuild(
    python: string,
    folder: string,
    environment: Readonly<Record<string, string>>,
    secrets: readonly Secret[]
  ): Promise<Summary | IFailure>;
}
