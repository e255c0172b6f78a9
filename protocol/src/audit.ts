import { Type, type Static } from 'typebox';

import { Nullable, Strict, Time } from './shapes.js';

/** One step of a run or lease, as it was committed with its state. */
export const AuditRow = Strict(
  {
    seq: Type.Integer({ minimum: 1 }),
    at: Time,
    machine: Type.String({ description: 'run or lease' }),
    subject: Type.String({ description: 'id of the run or lease' }),
    run: Nullable(Type.String()),
    event: Type.String(),
    from: Nullable(Type.String()),
    to: Type.String(),
    fits: Type.Boolean({
      description: 'false: it came too late; nothing changed'
    }),
    detail: Nullable(Type.String()),
    mac: Nullable(
      Type.String(),
      'HMAC over this row and the `mac` of the row before'
    )
  },
  'AuditRow'
);
export type AuditRow = Static<typeof AuditRow>;

export const AuditQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 5000, default: 1000 })
    ),
    run: Type.Optional(
      Type.String({ description: 'whole id; absent: of all runs' })
    )
  },
  { $id: 'AuditQuery', additionalProperties: false }
);
export type AuditQuery = Static<typeof AuditQuery>;

export const AuditPage = Strict(
  {
    rows: Type.Array(AuditRow),
    next: Nullable(Type.Integer(), 'ask for rows after this next')
  },
  'AuditPage'
);
export type AuditPage = Static<typeof AuditPage>;

export const AuditVerdict = Strict(
  {
    ok: Type.Boolean(),
    rows: Type.Integer({ minimum: 0 }),
    problems: Type.Array(
      Strict(
        {
          kind: Type.Enum(['altered', 'missing', 'truncated']),
          seq: Type.Integer(),
          message: Type.String()
        },
        'AuditProblem'
      )
    )
  },
  'AuditVerdict'
);
export type AuditVerdict = Static<typeof AuditVerdict>;
