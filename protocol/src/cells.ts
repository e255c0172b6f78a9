import { Type, type Static } from 'typebox';

import { Nullable, Strict, Time } from './shapes.js';

/**
 * The cells of a run as they are now: the one fold's work, cut into pages. Who
 * asks with `epoch` and `after` of an earlier answer is told what changed
 * since; numbers of another epoch (an earlier attempt's log) mean nothing.
 */
const known = {
  epoch: Type.Optional(Type.String({ maxLength: 40 })),
  after: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: '`seq` of an earlier answer; absent: everything'
    })
  ),
  from: Type.Optional(
    Type.Integer({ minimum: 0, default: 0, description: 'index of a cell' })
  )
};

export const OutlineQuery = Type.Object(known, {
  $id: 'OutlineQuery',
  additionalProperties: false
});
export type OutlineQuery = Static<typeof OutlineQuery>;

export const CellsQuery = Type.Object(
  {
    ...known,
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 200, default: 50 })
    ),
    whole: Type.Optional(
      Type.Boolean({
        description: 'one cell, with as much of its outputs as one answer holds'
      })
    )
  },
  { $id: 'CellsQuery', additionalProperties: false }
);
export type CellsQuery = Static<typeof CellsQuery>;

const head = {
  epoch: Type.String({
    description: 'names the log; empty: there is none yet'
  }),
  seq: Type.Integer({
    minimum: 0,
    description: 'every event up to this one is folded in'
  }),
  behind: Type.Boolean({
    description: 'the log goes on and was not read to its end: ask again'
  }),
  total: Type.Integer({ minimum: 0, description: 'cells of the notebook' }),
  next: Nullable(
    Type.Integer(),
    'where to ask on, with the same `after`; null: that was all'
  )
};

export const OutlineCell = Strict(
  {
    index: Type.Integer({ minimum: 0 }),
    kind: Type.String({ description: 'code, markdown or raw' }),
    number: Nullable(Type.Integer(), 'k-th code cell that runs'),
    title: Nullable(Type.String()),
    execution_count: Nullable(Type.Integer(), 'as tracebacks name the cell'),
    status: Nullable(
      Type.Enum(['running', 'ok', 'error', 'interrupted', 'kernel_died']),
      'null: it has not started'
    ),
    started_at: Nullable(Time),
    ended_at: Nullable(Time),
    outputs: Type.Integer({ minimum: 0 }),
    seq: Type.Integer({ minimum: 0, description: 'event that changed it last' })
  },
  'OutlineCell'
);
export type OutlineCell = Static<typeof OutlineCell>;

export const Outline = Strict(
  { ...head, cells: Type.Array(OutlineCell) },
  'Outline'
);
export type Outline = Static<typeof Outline>;

export const CellOutput = Strict(
  {
    index: Type.Integer({ minimum: 0 }),
    seq: Type.Integer({ minimum: 0 }),
    output: Nullable(
      Type.Object({}, { additionalProperties: true }),
      'as nbformat has it; null: as it was'
    ),
    omitted: Type.Integer({
      minimum: 0,
      description: 'characters left out: the start of a text, the largest data'
    })
  },
  'CellOutput'
);
export type CellOutput = Static<typeof CellOutput>;

export const CellContent = Strict(
  {
    index: Type.Integer({ minimum: 0 }),
    seq: Type.Integer({ minimum: 0 }),
    execution_count: Nullable(Type.Integer()),
    source: Nullable(Type.String(), 'null: as it was; it does not change'),
    outputs_from: Type.Integer({
      minimum: 0,
      description: 'outputs before this one are left out'
    }),
    outputs: Type.Array(CellOutput, { description: 'all that are left' })
  },
  'CellContent'
);
export type CellContent = Static<typeof CellContent>;

export const CellPage = Strict(
  { ...head, cells: Type.Array(CellContent) },
  'CellPage'
);
export type CellPage = Static<typeof CellPage>;
