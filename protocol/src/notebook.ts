import { Type, type Static } from 'typebox';

import { BaseType, Declaration, Pin } from './parameters.js';
import { Resources } from './resources.js';
import { Runtime } from './runtime.js';
import { Nullable, Strict } from './shapes.js';

/** nbformat 4.5 as JSON, outputs dropped. Its inside is checked by nbformat. */
export const NotebookContent = Type.Object(
  {
    cells: Type.Array(Type.Object({}, { additionalProperties: true })),
    metadata: Type.Object({}, { additionalProperties: true }),
    nbformat: Type.Literal(4),
    nbformat_minor: Type.Integer({ minimum: 0 })
  },
  { $id: 'NotebookContent', additionalProperties: true }
);
export type NotebookContent = Static<typeof NotebookContent>;

export const FilesMode = Type.Enum(['snapshot', 'in-place', 'none'], {
  $id: 'FilesMode'
});
export type FilesMode = Static<typeof FilesMode>;

/** One expected output: exit 0 is not success while it is missing. */
export const OutputRule = Strict(
  {
    glob: Type.String({ minLength: 1 }),
    min_bytes: Type.Integer({ minimum: 0 })
  },
  'OutputRule'
);
export type OutputRule = Static<typeof OutputRule>;

/** `metadata.jupyterlab_batch` of a notebook; unknown keys are a lint. */
export const NotebookMetadata = Type.Object(
  {
    prefix: Type.Optional(Type.String()),
    parameters: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            type: Type.Optional(BaseType),
            nullable: Type.Optional(Type.Boolean()),
            items: Type.Optional(BaseType),
            choices: Type.Optional(Type.Array(Type.String())),
            default: Type.Optional(Type.String()),
            description: Type.Optional(Type.String()),
            min: Type.Optional(Type.String()),
            max: Type.Optional(Type.String()),
            step: Type.Optional(Type.String())
          },
          { $id: 'MetadataParameter' }
        )
      )
    ),
    outputs: Type.Optional(
      Type.Array(
        Type.Object({
          glob: Type.String(),
          min_bytes: Type.Optional(Type.Integer({ minimum: 0 }))
        })
      )
    ),
    files: Type.Optional(FilesMode),
    deliver_to: Type.Optional(
      Type.String({
        minLength: 1,
        description: "folder for the results, relative to the notebook's"
      })
    ),
    resources: Type.Optional(
      Type.Record(Type.String(), Resources, {
        description: 'what a run asks of a target, by its name'
      })
    ),
    runtime: Type.Optional(
      Type.Record(Type.String(), Nullable(Runtime), {
        description:
          "environment that a run has on a target, by its name (null: as-is); paths relative to the notebook's folder"
      })
    ),
    environment: Type.Optional(
      Type.Array(Type.String(), {
        description: 'further names that the job takes from the environment'
      })
    )
  },
  { $id: 'NotebookMetadata' }
);
export type NotebookMetadata = Static<typeof NotebookMetadata>;

export const Lint = Strict(
  {
    code: Type.String({
      description: 'stable: input_call, derived_value, missing_file …'
    }),
    severity: Type.Enum(['warning', 'error']),
    message: Type.String(),
    cell: Nullable(Type.Integer(), 'index in the notebook, from 0'),
    line: Nullable(Type.Integer(), 'line in that cell, from 1'),
    parameter: Nullable(Type.String())
  },
  'Lint'
);
export type Lint = Static<typeof Lint>;

export const InspectRequest = Strict(
  {
    content: NotebookContent,
    name: Type.String({ description: 'file name, for messages' })
  },
  'InspectRequest'
);
export type InspectRequest = Static<typeof InspectRequest>;

export const Inspection = Strict(
  {
    language: Type.String({ description: 'lower case: python, bash, r …' }),
    kernel: Nullable(Type.String(), 'metadata.kernelspec.name'),
    prefix: Nullable(Type.String()),
    parameters: Type.Array(Declaration),
    lints: Type.Array(Lint),
    files: Type.Array(Type.String(), {
      description: 'relative paths that the code names'
    }),
    writes: Type.Array(Type.String(), {
      description: 'relative paths that the code writes to'
    }),
    reads_environment: Type.Array(Type.String(), {
      description: 'names that the code reads from its environment'
    }),
    environment: Type.Array(Type.String(), {
      description: 'names that the metadata adds to the allow-list'
    }),
    outputs: Type.Array(OutputRule),
    files_mode: Nullable(FilesMode),
    deliver_to: Nullable(Type.String(), 'metadata.jupyterlab_batch.deliver_to'),
    resources: Type.Record(Type.String(), Resources, {
      description: 'metadata.jupyterlab_batch.resources, by target'
    }),
    runtime: Type.Record(Type.String(), Nullable(Runtime), {
      description: 'metadata.jupyterlab_batch.runtime, by target'
    }),
    code_cells: Type.Integer({ minimum: 0 }),
    pins: Type.Array(Pin)
  },
  'Inspection'
);
export type Inspection = Static<typeof Inspection>;
