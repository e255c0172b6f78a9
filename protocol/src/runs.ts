import { Type, type Static } from 'typebox';

import { FilesMode, NotebookContent, OutputRule } from './notebook.js';
import { KernelSpec, Reason } from './job.js';
import { LeaseSummary } from './leases.js';
import { Parameter } from './parameters.js';
import { Resources } from './resources.js';
import { Runtime, UsedRuntime } from './runtime.js';
import { Nullable, Strict, Time } from './shapes.js';

export const RunState = Type.Enum(
  [
    'staged',
    'queued',
    'running',
    'finishing',
    'succeeded',
    'failed',
    'cancelled',
    'lost'
  ],
  { $id: 'RunState' }
);
export type RunState = Static<typeof RunState>;

/** `POST /v1/runs`: everything frozen; the broker re-checks types and pins. */
export const NewRun = Strict(
  {
    notebook: Strict(
      {
        name: Type.String({ minLength: 1, description: 'file name' }),
        path: Nullable(
          Type.String(),
          'absolute path of the source, if it has one'
        ),
        contents_path: Nullable(
          Type.String(),
          'path for the contents manager of the submitting server'
        ),
        content: NotebookContent
      },
      'NewRunNotebook'
    ),
    label: Nullable(Type.String({ maxLength: 200 })),
    target: Nullable(Type.String(), 'null: the default target'),
    kernel: KernelSpec,
    parameters: Type.Array(Parameter),
    time_limit: Nullable(
      Type.Integer({ minimum: 1 }),
      "seconds; null: the target's"
    ),
    resources: Type.Optional(Resources),
    runtime: Type.Optional(Nullable(Runtime, 'null, or absent: as-is')),
    plan: Strict(
      {
        id: Type.String(),
        mode: FilesMode,
        confirmed: Type.Boolean({
          description: 'a person agreed to what the plan asks'
        })
      },
      'NewRunPlan'
    ),
    outputs: Type.Optional(
      Type.Array(OutputRule, {
        description: 'what has to exist in the end; absent: the notebook says'
      })
    ),
    environment: Type.Record(Type.String(), Type.String()),
    python: Type.String({ description: 'sys.executable of the submitter' }),
    user: Type.String({ minLength: 1 }),
    deliver_to: Nullable(
      Type.String(),
      'absolute folder for <name>-runs; null: the server delivers'
    ),
    config_path: Type.Array(Type.String()),
    rerun_of: Nullable(Type.String())
  },
  'NewRun'
);
export type NewRun = Static<typeof NewRun>;

export const Progress = Strict(
  {
    cell: Type.Integer({ minimum: 0, description: 'k-th code cell, from 1' }),
    cells: Type.Integer({ minimum: 0 }),
    title: Nullable(Type.String())
  },
  'Progress'
);
export type Progress = Static<typeof Progress>;

/** Why a job does not run yet, or does not go on, as its target says. */
export const Waiting = Strict(
  {
    why: Nullable(Type.String(), 'in words; null: only the time is known'),
    starts_at: Nullable(Time, "the scheduler's estimate")
  },
  'Waiting'
);
export type Waiting = Static<typeof Waiting>;

/** A run as lists and the terminal show it (DESIGN: `run|show --json`). */
export const Run = Strict(
  {
    id: Type.String(),
    label: Nullable(Type.String()),
    state: RunState,
    reason: Nullable(Reason),
    message: Nullable(Type.String(), 'what happened and what to do, in words'),
    exit_code: Nullable(Type.Integer()),
    signal: Nullable(Type.String()),
    notebook: Type.String({ description: 'absolute path, else the file name' }),
    contents_path: Nullable(Type.String()),
    output: Nullable(Type.String(), 'the delivered notebook'),
    target: Type.String(),
    native_id: Nullable(Type.String(), "the scheduler's name for the job"),
    attempt: Type.Integer({ minimum: 0 }),
    submitted_at: Time,
    started_at: Nullable(Time),
    ended_at: Nullable(Time),
    closed_at: Nullable(Time, 'the lease was done too'),
    observed_at: Nullable(Time, 'when its job was last seen'),
    time_limit: Type.Integer(),
    resources: Resources,
    runtime: Nullable(UsedRuntime, 'null: as-is'),
    position: Nullable(Type.Integer({ minimum: 1 }), 'in the queue'),
    waiting: Nullable(Waiting),
    progress: Nullable(Progress),
    cancelling: Type.Boolean(),
    deleting: Type.Boolean({ description: 'accepted, and not done yet' }),
    parameters: Type.Array(Parameter),
    lease: Nullable(LeaseSummary),
    run_folder: Nullable(Type.String()),
    kernel: Type.String(),
    files_mode: FilesMode,
    deliver_to: Nullable(
      Type.String(),
      'absolute folder that gets <name>-runs; null: the server delivers'
    ),
    rerun_of: Nullable(Type.String()),
    revision: Type.Integer()
  },
  'Run'
);
export type Run = Static<typeof Run>;

export const HistoryEntry = Strict(
  {
    at: Time,
    subject: Type.String({ description: 'run or lease' }),
    from: Nullable(Type.String()),
    to: Type.String(),
    event: Type.String(),
    detail: Nullable(Type.String())
  },
  'HistoryEntry'
);
export type HistoryEntry = Static<typeof HistoryEntry>;

export const FileEntry = Strict(
  {
    path: Type.String({
      description: 'relative to the delivery or run folder'
    }),
    size: Type.Integer({ minimum: 0 }),
    delivered: Type.Boolean(),
    declared: Type.Boolean()
  },
  'FileEntry'
);
export type FileEntry = Static<typeof FileEntry>;

/** A run with what only its own view needs. */
/** What a run was submitted with and its view does not tell. */
export const Chosen = Strict(
  {
    kernel: Type.String({ description: 'name of its kernelspec' }),
    exclude: Type.Array(Type.String()),
    include: Type.Array(Type.String()),
    outputs: Type.Array(OutputRule)
  },
  'Chosen'
);
export type Chosen = Static<typeof Chosen>;

export const RunDetail = Strict(
  {
    run: Run,
    chosen: Chosen,
    failed_cell: Nullable(Type.Integer()),
    ename: Nullable(Type.String()),
    evalue: Nullable(Type.String()),
    traceback: Nullable(Type.String()),
    warnings: Type.Array(Type.String()),
    history: Type.Array(HistoryEntry),
    files: Type.Array(FileEntry)
  },
  'RunDetail'
);
export type RunDetail = Static<typeof RunDetail>;

export const RunQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 500, default: 50 })
    ),
    cursor: Type.Optional(Type.String()),
    state: Type.Optional(
      Type.String({ description: 'comma separated; `active` and `ended` too' })
    ),
    target: Type.Optional(Type.String()),
    notebook: Type.Optional(Type.String({ description: 'absolute path' })),
    label: Type.Optional(Type.String()),
    after: Type.Optional(
      Type.String({ ...Time, description: 'submitted then or later' })
    ),
    before: Type.Optional(
      Type.String({ ...Time, description: 'submitted earlier than this' })
    ),
    order: Type.Optional(
      Type.Enum(['newest', 'oldest', 'notebook'], {
        description:
          'which comes first; `notebook`: by path, of each the newest first'
      })
    ),
    q: Type.Optional(
      Type.String({ description: 'searches notebook, label, parameters, id' })
    )
  },
  { $id: 'RunQuery', additionalProperties: false }
);
export type RunQuery = Static<typeof RunQuery>;

export const NotebookRuns = Strict(
  {
    notebook: Type.String({ description: 'as the runs have it' }),
    runs: Type.Integer({ minimum: 1 })
  },
  'NotebookRuns'
);
export type NotebookRuns = Static<typeof NotebookRuns>;

/** The list of runs, folded: one entry for each notebook. */
export const NotebookPage = Strict(
  {
    notebooks: Type.Array(NotebookRuns),
    next: Nullable(Type.String(), 'cursor of the next page')
  },
  'NotebookPage'
);
export type NotebookPage = Static<typeof NotebookPage>;

export const RunPage = Strict(
  {
    runs: Type.Array(Run),
    next: Nullable(Type.String(), 'cursor of the next page')
  },
  'RunPage'
);
export type RunPage = Static<typeof RunPage>;

export const Change = Strict(
  {
    id: Type.String(),
    state: Nullable(RunState, 'null: deleted'),
    revision: Type.Integer()
  },
  'Change'
);
export type Change = Static<typeof Change>;

export const ChangePage = Strict(
  {
    revision: Type.Integer({ description: 'ask for changes after this next' }),
    changes: Type.Array(Change),
    reset: Type.Boolean({
      description: 'true: the revision asked for is not known; load anew'
    })
  },
  'ChangePage'
);
export type ChangePage = Static<typeof ChangePage>;

export const RunRef = Strict({ id: Type.String(), state: RunState }, 'RunRef');
export type RunRef = Static<typeof RunRef>;

export const RunRefs = Strict({ runs: Type.Array(RunRef) }, 'RunRefs');
export type RunRefs = Static<typeof RunRefs>;

export const RerunRequest = Strict(
  {
    parameters: Nullable(
      Type.Record(Type.String(), Type.String()),
      'changed texts by name; null: exactly as before'
    ),
    files_mode: Type.Optional(FilesMode),
    time_limit: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('more')], {
        description:
          'seconds, at most what target and partition allow; more: twice what the run had, as far as they allow'
      })
    ),
    /** in place of those of the run; the others stay */
    resources: Type.Optional(Resources),
    runtime: Type.Optional(
      Nullable(Runtime, 'null: as-is; absent: that of the run')
    ),
    deliver_to: Type.Optional(
      Type.String({
        description: 'absolute path of a folder that whoever asks has checked'
      })
    )
  },
  'RerunRequest'
);
export type RerunRequest = Static<typeof RerunRequest>;

export const PruneRequest = Strict(
  { ended_before: Time, dry_run: Type.Boolean() },
  'PruneRequest'
);
export type PruneRequest = Static<typeof PruneRequest>;

export const LogChunk = Strict(
  {
    text: Type.String(),
    offset: Type.Integer({
      minimum: 0,
      description: 'of the events behind the text; ask from here next'
    }),
    ended: Type.Boolean({ description: 'the run is over: nothing will follow' })
  },
  'LogChunk'
);
export type LogChunk = Static<typeof LogChunk>;

/** `record.json`: what ran, with what, where, as whom; as it was written. */
export const RunRecord = Type.Object(
  {
    version: Type.Literal(1),
    id: Type.String(),
    project: Nullable(Type.String(), 'root of what was copied, absolute')
  },
  { $id: 'RunRecord', additionalProperties: true }
);
export type RunRecord = Static<typeof RunRecord>;

/** `GET /runs/:id/file` */
export const FileQuery = Type.Object(
  {
    path: Type.String({ description: 'as `files` lists it' }),
    of: Type.Optional(
      Type.Enum(['files', 'run'], {
        default: 'files',
        description: 'run: one of the papers in the run folder itself'
      })
    )
  },
  { $id: 'FileQuery', additionalProperties: false }
);
export type FileQuery = Static<typeof FileQuery>;

export const FileList = Strict(
  {
    folder: Nullable(
      Type.String(),
      'holds `files`; null: the run has not ended, or its folder is gone'
    ),
    files: Type.Array(FileEntry),
    kept: Type.Array(FileEntry, {
      description:
        'in the run folder: the executed notebook and its record, where they were not delivered'
    })
  },
  'FileList'
);
export type FileList = Static<typeof FileList>;
