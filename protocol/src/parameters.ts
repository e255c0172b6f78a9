import { Type, type Static } from 'typebox';

import { Nullable, Strict } from './shapes.js';

/** Every base type a parameter can have (DESIGN: types and text). */
export const BaseType = Type.Enum(
  [
    'bool',
    'int',
    'float',
    'str',
    'null',
    'list',
    'dict',
    'date',
    'path',
    'enum'
  ],
  { $id: 'BaseType' }
);
export type BaseType = Static<typeof BaseType>;

/**
 * A value travels as text with its type, never as a bare JSON number: `3` and
 * `3.0` are different things to a program that is strict about floats.
 */
export const Value = Strict({ type: BaseType, text: Type.String() }, 'Value');
export type Value = Static<typeof Value>;

/** The chain, high to low. */
export const Layer = Type.Enum(
  [
    'admin',
    'override',
    'environment',
    'local_file',
    'settings_file',
    'home_file',
    'notebook'
  ],
  { $id: 'Layer' }
);
export type Layer = Static<typeof Layer>;

/** What says that a name is a parameter. */
export const Evidence = Type.Enum(
  ['metadata', 'tagged', 'widget', 'environment', 'params', 'assignment'],
  { $id: 'Evidence' }
);
export type Evidence = Static<typeof Evidence>;

/** A parameter as the notebook declares (or suggests) it, before any look-up. */
export const Declaration = Strict(
  {
    name: Type.String({ minLength: 1 }),
    type: Type.Union([BaseType, Type.Null()], {
      description: 'null: `None` without annotation, the user picks the type'
    }),
    nullable: Type.Boolean(),
    items: Nullable(BaseType, 'element type of a list'),
    choices: Nullable(Type.Array(Value), 'the members of an enum'),
    default: Nullable(Value, 'null: no default, or one that is not a literal'),
    expression: Nullable(
      Type.String(),
      'source of a default that is not a literal; shown, never evaluated'
    ),
    declared: Type.Boolean({ description: 'false: only suggested' }),
    evidence: Evidence,
    description: Nullable(Type.String(), 'from the comment or the metadata'),
    min: Nullable(Type.String()),
    max: Nullable(Type.String()),
    step: Nullable(Type.String()),
    cell: Nullable(Type.Integer(), 'index in the notebook, from 0'),
    line: Nullable(Type.Integer(), 'line in that cell, from 1')
  },
  'Declaration'
);
export type Declaration = Static<typeof Declaration>;

export const Shadowed = Strict(
  { text: Type.String(), layer: Layer, origin: Type.String() },
  'Shadowed'
);
export type Shadowed = Static<typeof Shadowed>;

/** A parameter with its value and where the value came from. */
export const Parameter = Strict(
  {
    name: Type.String({ minLength: 1 }),
    type: BaseType,
    text: Type.String(),
    declared: Type.Boolean(),
    layer: Layer,
    origin: Type.String({
      description:
        'ENV name, file:line, "-p", "dialog", "cell 2" (counted from 1)'
    }),
    shadowed: Type.Array(Shadowed),
    expression: Type.Optional(
      Type.Boolean({
        description: 'true: text is the source of a default, not a value'
      })
    )
  },
  'Parameter'
);
export type Parameter = Static<typeof Parameter>;

/** A value that the site or the environment forces (`[pins.PREFIX]`). */
export const Pin = Strict(
  { name: Type.String(), text: Type.String(), origin: Type.String() },
  'Pin'
);
export type Pin = Static<typeof Pin>;
