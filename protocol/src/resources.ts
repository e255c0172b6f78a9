import { Type, type Static } from 'typebox';

import { RESOURCE_NAMES } from './resourcenames.js';
import { Nullable, Strict } from './shapes.js';

export const ResourceName = Type.Enum([...RESOURCE_NAMES], {
  $id: 'ResourceName'
});
export type ResourceName = Static<typeof ResourceName>;

const text = (description: string) =>
  Type.Optional(Type.String({ maxLength: 200, description }));

/** Texts by name, as typed; absent or empty: what the target gives by itself. */
export const Resources = Strict(
  {
    partition: text('where in the cluster'),
    account: text('who pays'),
    qos: text('quality of service'),
    nodes: text('how many'),
    tasks: text('how many processes'),
    cpus: text('for each task'),
    memory: text('on each node: 4G, 512M'),
    gpus: text('in all: 2, or a100:2'),
    constraint: text('features that the nodes shall have'),
    reservation: text('that was made for the run')
  },
  'Resources'
);
export type Resources = Static<typeof Resources>;

/** What one of several places offers; null: without a limit, or not known. */
export const ResourceLimits = Strict(
  {
    nodes: Nullable(Type.Integer({ minimum: 0 })),
    cpus: Nullable(Type.Integer({ minimum: 0 }), 'of its largest node'),
    memory: Nullable(Type.Integer({ minimum: 0 }), 'MiB of its largest node'),
    gpus: Nullable(Type.Integer({ minimum: 0 }), 'of its largest node'),
    time: Nullable(Type.Integer({ minimum: 1 }), 'seconds')
  },
  'ResourceLimits'
);
export type ResourceLimits = Static<typeof ResourceLimits>;

export const ResourceChoice = Strict(
  {
    value: Type.String(),
    available: Type.Boolean({ description: 'false: it takes no jobs now' }),
    limits: Nullable(ResourceLimits)
  },
  'ResourceChoice'
);
export type ResourceChoice = Static<typeof ResourceChoice>;

/** One thing that may be asked for, as it is for the choices so far. */
export const ResourceField = Strict(
  {
    name: ResourceName,
    kind: Type.Enum(['choice', 'text', 'count', 'size', 'gpus'], {
      description:
        'choice: one of `choices`; text: `choices` are suggestions; size: MiB'
    }),
    choices: Type.Array(ResourceChoice),
    default: Nullable(Type.String(), 'what it is when nothing is said'),
    max: Nullable(Type.Integer({ minimum: 0 }), 'of a count or size')
  },
  'ResourceField'
);
export type ResourceField = Static<typeof ResourceField>;

export const ResourceProblem = Strict(
  {
    code: Type.String({ description: 'of the catalogue' }),
    severity: Type.Enum(['error', 'warning']),
    message: Type.String(),
    resource: Nullable(ResourceName, 'null: of all of it')
  },
  'ResourceProblem'
);
export type ResourceProblem = Static<typeof ResourceProblem>;
