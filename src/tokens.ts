import type {
  BaseType,
  CallOf,
  Chosen,
  Declaration,
  FilesMode,
  Health,
  Layer,
  NotebookContent,
  NotebookMetadata,
  Problem,
  ReplyOf,
  Resources,
  Runtime,
  RouteName,
  Run,
  RunQuery
} from '@jupyterlab-batch/protocol';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

/** The one HTTP door: every call to server and broker goes through it. */
export interface IBatchApi {
  /**
   * Calls a route of the contract.
   *
   * @throws BatchError for every refusal, unreadable answer or lost connection
   */
  call<N extends RouteName>(name: N, args: CallOf<N>): Promise<ReplyOf<N>>;
  /** Where the server adds the routes, for links: paths follow. */
  readonly root: string;
}

export const IBatchApi = new Token<IBatchApi>(
  'jupyterlab-batch:IBatchApi',
  'Calls the routes of jupyterlab-batch on the Jupyter server.'
);

/** What is known about the way to the broker. */
export interface IConnection {
  /**
   * `polling`: the broker answers, but its events do not arrive, so changes show
   * a few seconds late; `signed-out`: the server knows us no more
   */
  readonly state:
    'connecting' | 'live' | 'polling' | 'reconnecting' | 'signed-out';
  /** when the broker answered last */
  readonly lastSeen: Date | null;
  /** when another broker was found to have taken over; null: still the first */
  readonly restarted: Date | null;
  readonly problem: Problem | null;
}

/** Which runs, and which of them first. */
export type RunFilter = Omit<RunQuery, 'limit' | 'cursor'>;

/** A part of the runs, kept live from its first page on. */
export interface IRunView extends IDisposable {
  readonly filter: RunFilter;
  /** in the order of the filter, as far as they were loaded */
  readonly runs: readonly Run[];
  /** there are more than these */
  readonly hasMore: boolean;
  /** the first page is there */
  readonly loaded: boolean;
  /** a page is on its way */
  readonly loading: boolean;
  /** runs or one of the flags changed */
  readonly changed: ISignal<IRunView, void>;
  /** Asks for the next page; never rejects (see `IRuns.connection`). */
  loadMore(): Promise<void>;
}

/** The runs of this user, kept live. */
export interface IRuns {
  /** the newest ones, newest first */
  readonly runs: readonly Run[];
  readonly connection: IConnection;
  /** what the broker warns of: credentials that it cannot end */
  readonly alarms: Health['problems'];
  /** everything up to this revision is known */
  readonly revision: number;
  /** fulfilled once the first page is there */
  readonly ready: Promise<void>;
  /** runs, connection or alarms changed */
  readonly changed: ISignal<IRuns, void>;
  /** a run as it was just read, listed or not */
  readonly observed: ISignal<IRuns, Run>;
  /** a run that was deleted */
  readonly dropped: ISignal<IRuns, string>;
  /** The time by the broker's clock, as all times of runs are. */
  now(): Date;
  /** Any run that was ever read; `undefined`: ask the server. */
  get(id: string): Run | undefined;
  /** Opens a view on some of the runs; whoever opens it disposes it. */
  view(filter: RunFilter): IRunView;
  /** Takes in what a call was just told about a run. */
  put(run: Run): void;
  /** Hides a run whose deletion was accepted; if it fails, the run is back. */
  drop(id: string): void;
  /** Reads the runs that changed after a revision; never rejects. */
  since(revision: number): Promise<void>;
  /** Asks for what changed; never rejects (see `connection`). */
  refresh(): Promise<void>;
}

export const IRuns = new Token<IRuns>(
  'jupyterlab-batch:IRuns',
  'The batch runs of this user, kept live.'
);

/** Which runs ended, each told once to this browser. */
export interface IRunEnds {
  readonly ended: ISignal<IRunEnds, Run>;
  /** ids of those that ended since the user last looked at the list */
  readonly unseen: ReadonlySet<string>;
  /** more did than `unseen` has */
  readonly unseenMore: boolean;
  readonly unseenChanged: ISignal<IRunEnds, void>;
  /** The user has looked. */
  see(): void;
}

export const IRunEnds = new Token<IRunEnds>(
  'jupyterlab-batch:IRunEnds',
  'Knows which batch runs ended since the user left.'
);

/** Tells the user about runs outside of every panel. */
export interface IRunNotices {
  /** Shows how a run that was just submitted here goes on, until it ended. */
  follow(run: Run): void;
}

export const IRunNotices = new Token<IRunNotices>(
  'jupyterlab-batch:IRunNotices',
  'Tells how batch runs go on and end.'
);

/** What the user set; `null`: as site or notebook have it. */
export interface IBatchSettingsValues {
  readonly target: string | null;
  readonly filesMode: FilesMode | null;
  /** folder for the results, as typed */
  readonly deliverTo: string | null;
  readonly toasts: boolean;
  readonly progress: boolean;
  readonly system: boolean;
  readonly titleBadge: boolean;
  readonly statusBar: boolean;
  /** null: what the panel showed last */
  readonly panelShows: 'all' | 'active' | 'here' | null;
  readonly panelGrouped: boolean;
}

export interface IBatchSettings {
  /** settled once they are read, or cannot be */
  readonly ready: Promise<void>;
  readonly current: IBatchSettingsValues;
  readonly changed: ISignal<IBatchSettings, void>;
}

export const IBatchSettings = new Token<IBatchSettings>(
  'jupyterlab-batch:IBatchSettings',
  'What the user set for batch runs in the settings editor.'
);

/** Changes to the notebook on screen, through its shared model. */
export interface INotebookEdits {
  /** `metadata.jupyterlab_batch` as it is. */
  section(): unknown;
  /**
   * Sets `metadata.jupyterlab_batch`.
   *
   * @returns undoes it: JupyterLab's own undo knows of cells alone
   */
  remember(section: NotebookMetadata): () => void;
  /** Adds a tag to a cell (index from 0), as one step of undo. */
  tag(cell: number, tag: string): void;
}

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
  /** null when it is not on screen, or may not be changed */
  readonly edits: INotebookEdits | null;
  /** what the dialog begins with; absent: what it began with last, or nothing */
  readonly start?: IRunStart;
}

/** Choices of an earlier run, to begin with. */
export interface IRunStart {
  /** texts by parameter name */
  readonly values: Readonly<Record<string, string>>;
  /** types of those for which the notebook has none */
  readonly types: Readonly<Record<string, BaseType>>;
  /** kernel, files and expected outputs, whatever the notebook says of them */
  readonly chosen: Chosen;
  readonly target: string;
  readonly resources: Resources;
  /** environment of its Python; null: as-is */
  readonly runtime: Runtime | null;
  readonly filesMode: FilesMode;
  /** folder for the results; null: beside the notebook */
  readonly deliverTo: string | null;
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

/** Where this host has room for what is shown of runs. */
export interface IRunPlaces {
  /** Takes in the list of the runs. */
  addList(list: Widget): void;
  /** Brings the list to the front. */
  showList(list: Widget): void;
  /**
   * Brings a document of a run to the front, new or not.
   *
   * @throws Error where there is no room for it: see `elsewhere`
   */
  showDocument(widget: Widget, type: string): void;
  /** Shows these runs on another page; null: documents have room on this one */
  readonly elsewhere: ((ids: readonly string[]) => void) | null;
}

export const IRunPlaces = new Token<IRunPlaces>(
  'jupyterlab-batch:IRunPlaces',
  'Where the list and the documents of batch runs are shown.'
);

/** A command that takes `{id}` of a run, as a button of each run. */
export interface IRunAction {
  readonly command: string;
  /** smaller comes first; ours are at 10, 15, 20, 30 */
  readonly rank?: number;
  /** a shorter label than the command's own, for the lines of the list */
  readonly label?: string;
}

/** A further fact about each run, in the line of the list. */
export interface IRunColumn {
  readonly id: string;
  /** what the fact is, for the tooltip */
  readonly label: string;
  readonly rank?: number;
  /** quick, for it is asked often; null: nothing to say of this run */
  readonly text: (run: Run) => string | null;
}

/** A parameter of the notebook that is to run, as a form shows it. */
export interface IFormParameter {
  readonly name: string;
  /** type, bounds and description, as far as the notebook says them */
  readonly declaration: Declaration;
  /** null: neither notebook nor user says */
  readonly type: BaseType | null;
  /** as the run will have it, edited or not */
  readonly text: string;
  readonly edited: boolean;
  /** goes into the run: declared, or suggested and included */
  readonly included: boolean;
  /** set by the site: it cannot be edited */
  readonly pinned: boolean;
  /** where the chain has the value from; null: it has none */
  readonly origin: { readonly layer: Layer; readonly text: string } | null;
  /** why it keeps the run from being submitted, in words */
  readonly problem: string | null;
  /** `data-field` of the element that Submit shall focus while there is a problem */
  readonly field: string;
}

/** The values of a run that is about to be submitted. */
export interface IParameterFormModel {
  /** path of the notebook for the contents manager */
  readonly notebook: string;
  readonly parameters: readonly IFormParameter[];
  readonly changed: ISignal<IParameterFormModel, void>;
  /** Edits a value; checks follow at once, for as long as it does not fit. */
  set(name: string, text: string): void;
  /** Back to what the chain gives. */
  reset(name: string): void;
  /** Makes a parameter of a suggested name, or no longer. */
  include(name: string, on: boolean): void;
}

/** Shows parameters in the dialog instead of our rows; the rest of it stays. */
export interface IParameterForm {
  readonly id: string;
  /** smaller is asked first */
  readonly rank?: number;
  /**
   * Fills an empty node.
   *
   * @returns what takes it away again; null: this notebook is not its concern
   */
  mount(node: HTMLElement, model: IParameterFormModel): IDisposable | null;
}

/** Where other extensions add to what is shown of runs. */
export interface IBatchExtensions {
  /** by rank */
  readonly actions: readonly IRunAction[];
  readonly columns: readonly IRunColumn[];
  readonly forms: readonly IParameterForm[];
  readonly changed: ISignal<IBatchExtensions, void>;
  /** @returns what takes it away again */
  addAction(action: IRunAction): IDisposable;
  addColumn(column: IRunColumn): IDisposable;
  addForm(form: IParameterForm): IDisposable;
}

export const IBatchExtensions = new Token<IBatchExtensions>(
  'jupyterlab-batch:IBatchExtensions',
  'Adds buttons, columns and parameter forms to what is shown of batch runs.'
);

/** Commands that one plugin offers and others use, by id. */
export const CommandIDs = {
  runNotebook: 'jupyterlab-batch:run-notebook',
  runFile: 'jupyterlab-batch:run-file',
  showRuns: 'jupyterlab-batch:show-runs',
  openResult: 'jupyterlab-batch:open-result',
  cancelRun: 'jupyterlab-batch:cancel-run',
  deleteRun: 'jupyterlab-batch:delete-run',
  revokeCredential: 'jupyterlab-batch:revoke-credential',
  openRun: 'jupyterlab-batch:open-run',
  openSource: 'jupyterlab-batch:open-source',
  rerunRun: 'jupyterlab-batch:rerun-run',
  runLonger: 'jupyterlab-batch:rerun-longer',
  copyCommand: 'jupyterlab-batch:copy-command',
  compareRuns: 'jupyterlab-batch:compare-runs',
  cancelRuns: 'jupyterlab-batch:cancel-runs',
  deleteRuns: 'jupyterlab-batch:delete-runs',
  rerunRuns: 'jupyterlab-batch:rerun-runs'
} as const;
