import { Type, type Static } from 'typebox';

import { Runtime } from './runtime.js';
import { Nullable, Strict } from './shapes.js';

export const TargetSummary = Strict(
  {
    name: Type.String(),
    scheduler: Type.String(),
    default: Type.Boolean(),
    identity: Nullable(Type.String()),
    identity_line: Nullable(
      Type.String(),
      'who a run is there and what it may do, in words'
    ),
    scopes: Type.Array(Type.String()),
    time_limit: Type.Integer({ minimum: 1, description: 'seconds' }),
    runtime: Nullable(
      Runtime,
      'environment of a run for which nobody says one; null: as-is'
    ),
    slots: Nullable(Type.Integer({ minimum: 1 }), 'runs at once'),
    running: Type.Integer({ minimum: 0 }),
    waiting: Type.Integer({ minimum: 0 }),
    notice: Nullable(
      Type.String(),
      'what a user should know: for instance that runs end with the container'
    )
  },
  'TargetSummary'
);
export type TargetSummary = Static<typeof TargetSummary>;

export const TargetList = Strict(
  { targets: Type.Array(TargetSummary) },
  'TargetList'
);
export type TargetList = Static<typeof TargetList>;
