import { Type, type Static } from 'typebox';

import { FilesPlan } from './files.js';
import { FilesMode, Inspection, NotebookContent } from './notebook.js';
import { BaseType, Parameter } from './parameters.js';
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
  files_mode: Nullable(FilesMode, 'null: the notebook says, else snapshot')
};

export const PrepareRequest = Strict(choices, 'PrepareRequest');
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

export const Prepared = Strict(
  {
    name: Type.String(),
    path: Nullable(Type.String(), 'absolute path of the source'),
    contents_path: Type.String(),
    inspection: Inspection,
    parameters: Type.Array(Parameter),
    problems: Type.Array(PrepareProblem),
    kernel: Nullable(Type.String(), 'null: the one it names is not here'),
    kernels: Type.Array(KernelChoice),
    target: TargetSummary,
    targets: Type.Array(TargetSummary),
    plan: FilesPlan,
    deliver_to: Nullable(Type.String())
  },
  'Prepared'
);
export type Prepared = Static<typeof Prepared>;

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
