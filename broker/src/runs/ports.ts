/**
 * What this room needs of the others, in its own words. `app.ts` connects them;
 * no room imports another.
 */
import type {
  Change,
  FilesPlan,
  Inspection,
  JobFile,
  LeaseSummary,
  NotebookContent,
  OutputRule,
  Pin,
  Summary,
  Value
} from '@jupyterlab-batch/protocol';

import type { IExtra } from '../lifecycle/ports.ts';
import type {
  IDispatcher,
  IEvent,
  IIntentDraft,
  JsonObject,
  MachineName
} from '../lifecycle/types.ts';
import type { ITarget } from '../targets/target.ts';
import type { IDelivery, IFailure } from './doc.ts';

export interface INotebookRoom {
  inspect(content: NotebookContent, name: string): Inspection;
  inject(
    content: NotebookContent,
    parameters: readonly { name: string; type: Value['type']; text: string }[]
  ): NotebookContent;
  pins(prefix: string | null): Pin[];
}

/** A files plan with everything that the copy needs; JSON. */
export interface IPlanned {
  readonly plan: FilesPlan;
  readonly entries: JsonObject[];
}

export interface IFilesRoom {
  plan(request: {
    notebook: string | null;
    mode: FilesPlan['mode'];
    names: readonly string[];
  }): Promise<IPlanned>;
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
  makeRunFolder(folder: string, run: string): Promise<IFailure | null>;
  copy(
    planned: IPlanned,
    into: string,
    signal: AbortSignal
  ): Promise<IFailure | null>;
  writeAtomically(path: string, text: string): Promise<IFailure | null>;
  deliver(request: {
    run: string;
    runFolder: string;
    name: string;
    into: string | null;
    startedAt: number;
    workDir: string;
    outputs: readonly OutputRule[];
  }): Promise<IDelivery>;
  newFiles(request: {
    runFolder: string;
    workDir: string;
    planned: IPlanned | null;
    delivery: IDelivery | null;
    outputs: readonly OutputRule[];
  }): Promise<
    { path: string; size: number; delivered: boolean; declared: boolean }[]
  >;
  removeRunFolder(folder: string, run: string): Promise<void>;
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
  create(run: string, identity: string): { id: string; state: JsonObject };
  token(
    lease: string,
    minValid: number,
    signal: AbortSignal
  ): Promise<{
    access_token: string;
    token_type: string;
    expires_at: string | null;
  }>;
}

export interface IRebuilder {
  /** Spawns `runner rebuild FOLDER` and reads what it prints. */
  rebuild(
    python: string,
    folder: string,
    environment: Readonly<Record<string, string>>
  ): Promise<Summary | IFailure>;
}

export interface ICreator extends IDispatcher {
  create(
    machine: MachineName,
    id: string,
    state: JsonObject,
    more: {
      intents: readonly IIntentDraft[];
      extra?: IExtra;
      also?: readonly {
        machine: MachineName;
        id: string;
        state: JsonObject;
        intents?: readonly IIntentDraft[];
      }[];
      event?: IEvent;
    }
  ): Promise<void>;
}

export type { Change, JobFile, LeaseSummary };
