import { Type, type Static } from 'typebox';

import { FilesPlan } from './files.js';
import {
  FilesMode,
  Inspection,
  NotebookContent,
  OutputRule
} from './notebook.js';
import { BaseType, Layer, Parameter } from './parameters.js';
import { Preflight } from './preflight.js';
import { Resources } from './resources.js';
import { Runtime, UsedRuntime } from './runtime.js';
import { Nullable, Strict } from './shapes.js';
import { TargetSummary } from './targets.js';

/**
 * What the Jupyter server extension adds to the broker's routes. `prepare`
 * resolves everything; `submit` is the same prepare again plus the promise
 * that nothing differs from what was shown.
 */
const choices = {
  path: Type.String({ description: "path for the server's contents manager" }),
  content: Nullable(
    NotebookContent,
    'the notebook on screen, without outputs; null: read it by path'
  ),
  kernel: Nullable(Type.String(), 'kernelspec name; null: the notebook says'),
  target: Nullable(Type.String()),
  overrides: Type.Record(Type.String(), Type.String(), {
    description: "the user's texts by parameter name"
  }),
  types: Type.Record(Type.String(), BaseType, {
    description: 'types that the user picked for untyped parameters'
  }),
  ticked: Type.Array(Type.String(), {
    description: 'suggested names that the user declared'
  }),
  files_mode: Nullable(FilesMode, 'null: the notebook says, else snapshot'),
  exclude: Type.Array(Type.String(), {
    description: 'files and folders to leave out, relative to the root'
  }),
  include: Type.Array(Type.String(), {
    description: 'to take although an ignore file names them'
  }),
  outputs: Nullable(Type.Array(OutputRule), 'null: the notebook says'),
  deliver_to: Nullable(
    Type.String({ minLength: 1 }),
    "existing folder for the results, relative to the notebook's; null: the notebook says, else beside it"
  ),
  resources: Type.Optional(Resources),
  runtime: Type.Optional(
    Nullable(Runtime, 'null: as-is; absent: the notebook says')
  )
};

export const PrepareRequest = Strict(
  {
    ...choices,
    time_limit: Type.Optional(Nullable(Type.Integer({ minimum: 1 }), 'seconds'))
  },
  'PrepareRequest'
);
export type PrepareRequest = Static<typeof PrepareRequest>;

/** One thing that is wrong or worth a look, as `explain --json` lists it. */
export const PrepareProblem = Strict(
  {
    code: Type.String(),
    severity: Type.Enum(['error', 'warning', 'note']),
    message: Type.String(),
    parameter: Nullable(Type.String()),
    origin: Nullable(Type.String())
  },
  'PrepareProblem'
);
export type PrepareProblem = Static<typeof PrepareProblem>;

export const KernelChoice = Strict(
  {
    name: Type.String(),
    display_name: Type.String(),
    language: Type.String()
  },
  'KernelChoice'
);
export type KernelChoice = Static<typeof KernelChoice>;

/** A place of the chain, looked at or not. */
export const ChainPlace = Strict(
  {
    layer: Layer,
    where: Nullable(
      Type.String(),
      'what it looks at, for people: FUNWAVE_*, wave.params.* …; null: nothing'
    )
  },
  'ChainPlace'
);
export type ChainPlace = Static<typeof ChainPlace>;

/** Where an origin lies for the contents manager. */
export const FileLink = Strict(
  {
    path: Type.String(),
    line: Nullable(Type.Integer({ minimum: 1 }))
  },
  'FileLink'
);
export type FileLink = Static<typeof FileLink>;

export const Prepared = Strict(
  {
    name: Type.String(),
    path: Nullable(Type.String(), 'absolute path of the source'),
    contents_path: Type.String(),
    inspection: Inspection,
    parameters: Type.Array(Parameter),
    problems: Type.Array(PrepareProblem),
    places: Type.Array(ChainPlace, { description: 'the chain, high to low' }),
    links: Type.Record(Type.String(), FileLink, {
      description: 'by origin; only what this server may open'
    }),
    kernel: Nullable(Type.String(), 'null: the one it names is not here'),
    kernels: Type.Array(KernelChoice),
    target: TargetSummary,
    targets: Type.Array(TargetSummary),
    preflight: Preflight,
    runtime: Strict(
      {
        wanted: Nullable(Runtime, 'null: as-is'),
        used: Nullable(UsedRuntime, 'null: as-is, or it cannot be used'),
        known: Type.Array(Runtime, { description: 'to choose from' })
      },
      'PreparedRuntime'
    ),
    plan: FilesPlan,
    deliver_to: Nullable(
      Type.String(),
      'absolute folder that gets <name>-runs; null: beside the notebook, by the server'
    )
  },
  'Prepared'
);
export type Prepared = Static<typeof Prepared>;

/** Values that the user brings in one go, for the notebook on screen. */
export const ValuesRequest = Strict(
  {
    path: choices.path,
    content: choices.content,
    name: Type.String({
      description:
        'of the file, whose suffix tells the format; "lines": NAME=VALUE lines'
    }),
    text: Type.String()
  },
  'ValuesRequest'
);
export type ValuesRequest = Static<typeof ValuesRequest>;

export const GivenValues = Strict(
  {
    values: Type.Array(
      Strict(
        { name: Type.String(), text: Type.String(), origin: Type.String() },
        'GivenValue'
      )
    ),
    problems: Type.Array(PrepareProblem)
  },
  'GivenValues'
);
export type GivenValues = Static<typeof GivenValues>;

export const SubmitRequest = Strict(
  {
    ...choices,
    label: Nullable(Type.String({ maxLength: 200 })),
    time_limit: Nullable(Type.Integer({ minimum: 1 })),
    shown: Type.Array(
      Strict({ name: Type.String(), text: Type.String() }, 'ShownValue'),
      { description: 'the values that the dialog showed' }
    ),
    plan_id: Type.String(),
    confirmed: Type.Boolean()
  },
  'SubmitRequest'
);
export type SubmitRequest = Static<typeof SubmitRequest>;

/** How runs name a notebook: `Run.notebook`. */
export const Located = Strict({ notebook: Type.String() }, 'Located');
export type Located = Static<typeof Located>;

/** Where the executed notebook is, for the contents manager; signed. */
export const ResultReply = Strict(
  { contents_path: Type.String() },
  'ResultReply'
);
export type ResultReply = Static<typeof ResultReply>;
