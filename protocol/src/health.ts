import { Type, type Static } from 'typebox';

import { Nullable, Strict, Time } from './shapes.js';

export const Health = Strict(
  {
    ok: Type.Boolean(),
    version: Type.String({ minLength: 1 }),
    pid: Type.Integer(),
    data: Type.String({ description: 'data folder' }),
    since: Time,
    now: Time,
    active_runs: Type.Integer({ minimum: 0 }),
    open_leases: Type.Integer({ minimum: 0 }),
    revision: Type.Integer({ minimum: 0 }),
    config_files: Type.Array(Type.String()),
    problems: Type.Array(
      Strict(
        {
          name: Type.String(),
          message: Type.String(),
          fix: Nullable(Type.String())
        },
        'HealthProblem'
      )
    )
  },
  'Health'
);
export type Health = Static<typeof Health>;

export const ShutdownRequest = Strict(
  {
    only_if_idle: Type.Boolean({
      description: 'refuse while a run is active or a lease open'
    })
  },
  'ShutdownRequest'
);
export type ShutdownRequest = Static<typeof ShutdownRequest>;

export const ShutdownReply = Strict(
  { stopping: Type.Boolean() },
  'ShutdownReply'
);
export type ShutdownReply = Static<typeof ShutdownReply>;
