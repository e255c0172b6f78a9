import type {
  CallOf,
  FilesMode,
  NotebookContent,
  Problem,
  ReplyOf,
  RouteName,
  Run
} from '@jupyterlab-batch/protocol';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/** The one HTTP door: every call to server and broker goes through it. */
export interface IBatchApi {
  /**
   * Calls a route of the contract.
   *
   * @throws BatchError for every refusal, unreadable answer or lost connection
   */
  call<N extends RouteName>(name: N, args: CallOf<N>): Promise<ReplyOf<N>>;
  /** Where a route answers, for a link. */
  url<N extends RouteName>(name: N, args: CallOf<N>): string;
}

export const IBatchApi = new Token<IBatchApi>(
  'jupyterlab-batch:IBatchApi',
  'Calls the routes of jupyterlab-batch on the Jupyter server.'
);

/** What is known about the way to the broker. */
export interface IConnection {
  readonly state: 'connecting' | 'live' | 'reconnecting';
  /** when the broker answered last */
  readonly lastSeen: Date | null;
  readonly problem: Problem | null;
}

/** The runs of this user, kept live. */
export interface IRuns {
  /** newest first, as far as they were loaded */
  readonly runs: readonly Run[];
  readonly hasMore: boolean;
  readonly connection: IConnection;
  /** everything up to this revision is known */
  readonly revision: number;
  /** fulfilled once the first page is there */
  readonly ready: Promise<void>;
  /** runs, connection or `hasMore` changed */
  readonly changed: ISignal<IRuns, void>;
  /** a run as it was just read, loaded into the list or not */
  readonly observed: ISignal<IRuns, Run>;
  get(id: string): Run | undefined;
  /** Takes in what a call was just told about a run. */
  put(run: Run): void;
  /** Forgets a deleted run. */
  drop(id: string): void;
  loadMore(): Promise<void>;
  /** Asks for what changed; never rejects (see `connection`). */
  refresh(): Promise<void>;
}

export const IRuns = new Token<IRuns>(
  'jupyterlab-batch:IRuns',
  'The batch runs of this user, kept live.'
);

/** The notebook that is to run, as a command found it. */
export interface INotebookSource {
  /** file name */
  readonly name: string;
  /** path for the contents manager of the server, without drive */
  readonly path: string;
  /** what is on screen, without outputs; null: the server reads the path */
  content(): NotebookContent | null;
  /** Scrolls to a cell (index from 0); null when it is not on screen. */
  readonly showCell: ((cell: number) => void) | null;
  /** what the dialog begins with; absent: what it began with last, or nothing */
  readonly start?: IRunStart;
}

/** Choices of an earlier run, to begin with. */
export interface IRunStart {
  /** texts by parameter name */
  readonly values: Readonly<Record<string, string>>;
  readonly target: string;
  readonly filesMode: FilesMode;
  readonly label: string | null;
  /** seconds */
  readonly timeLimit: number;
}

/** Asks how a notebook shall run, and submits it. A site may replace it. */
export interface IRunDialog {
  /** @returns the accepted run, or null when the user left the dialog */
  open(source: INotebookSource): Promise<Run | null>;
}

export const IRunDialog = new Token<IRunDialog>(
  'jupyterlab-batch:IRunDialog',
  'The dialog that asks how a notebook shall run as batch, and submits it.'
);

/** Commands that one plugin offers and others use, by id. */
export const CommandIDs = {
  runNotebook: 'jupyterlab-batch:run-notebook',
  runFile: 'jupyterlab-batch:run-file',
  showRuns: 'jupyterlab-batch:show-runs',
  openResult: 'jupyterlab-batch:open-result',
  cancelRun: 'jupyterlab-batch:cancel-run',
  deleteRun: 'jupyterlab-batch:delete-run',
  openRun: 'jupyterlab-batch:open-run',
  openSource: 'jupyterlab-batch:open-source',
  rerunRun: 'jupyterlab-batch:rerun-run',
  copyCommand: 'jupyterlab-batch:copy-command',
  compareRuns: 'jupyterlab-batch:compare-runs'
} as const;
