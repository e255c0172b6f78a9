import { Type, type Static } from 'typebox';

import { Nullable, Strict, Time } from './shapes.js';

export const LeaseState = Type.Enum(
  [
    'REQUESTED',
    'PROVISIONING',
    'READY',
    'ARMED',
    'ACTIVE',
    'RENEWING',
    'DRAINING',
    'REVOKING',
    'VERIFYING',
    'DELETING_CLIENT',
    'CLOSED',
    'RETRYING',
    'QUARANTINED',
    'EXPIRED_UNCONFIRMED',
    'REAUTH_REQUIRED'
  ],
  { $id: 'LeaseState' }
);
export type LeaseState = Static<typeof LeaseState>;

/**
 * How a token ended. Only `dead_at_resource` and `expired` may be called
 * "verified dead" anywhere (RFC 7009 §2.2: a 200 from revocation proves nothing).
 */
export const TokenEnd = Type.Enum(
  ['dead_at_resource', 'dead_at_issuer', 'expired', 'unconfirmed'],
  { $id: 'TokenEnd' }
);
export type TokenEnd = Static<typeof TokenEnd>;

const leaseFields = {
  id: Type.String(),
  state: LeaseState,
  provider: Type.String({ description: 'name of the [identities.NAME] entry' }),
  client: Type.Enum(['per_lease', 'shared']),
  scopes: Type.Array(Type.String()),
  registered_at: Nullable(Time),
  minted_at: Nullable(Time),
  used: Type.Integer({
    minimum: 0,
    description: 'times the job was handed the token'
  }),
  revoked_at: Nullable(Time),
  verified_at: Nullable(Time),
  client_deleted_at: Nullable(Time),
  end: Nullable(TokenEnd),
  ended_at: Nullable(Time),
  problem: Nullable(Type.String(), 'what it is waiting for, in words')
};

export const LeaseSummary = Strict(leaseFields, 'LeaseSummary');
export type LeaseSummary = Static<typeof LeaseSummary>;

export const Lease = Strict({ ...leaseFields, run: Type.String() }, 'Lease');
export type Lease = Static<typeof Lease>;

/**
 * Why nobody has to look after an orphan any more: it said when it expires, and
 * has; it must have expired, as long as others like it live; an operator said so.
 */
export const OrphanEnd = Type.Enum(['expired', 'unconfirmed', 'dismissed'], {
  $id: 'OrphanEnd'
});
export type OrphanEnd = Static<typeof OrphanEnd>;

/** A client or token whose reply was lost: nobody holds the keys to end it. */
export const Orphan = Strict(
  {
    id: Type.String(),
    kind: Type.Enum(['client', 'token']),
    provider: Type.String(),
    name: Type.String({ description: 'client_name = the lease id' }),
    lease: Type.String(),
    run: Type.String(),
    since: Time,
    expires_at: Nullable(Time),
    end: Nullable(OrphanEnd),
    reason: Nullable(Type.String(), 'why an operator dismissed it')
  },
  'Orphan'
);
export type Orphan = Static<typeof Orphan>;

export const LeaseList = Strict(
  { leases: Type.Array(Lease), orphans: Type.Array(Orphan) },
  'LeaseList'
);
export type LeaseList = Static<typeof LeaseList>;

/** Exactly one of the three. */
export const RevokeRequest = Strict(
  {
    ids: Nullable(
      Type.Array(Type.String(), { minItems: 1 }),
      'leases, by id or a unique prefix or suffix of it'
    ),
    run: Nullable(Type.String(), 'every lease of this run'),
    all: Type.Boolean({
      description:
        'every open lease; and nothing that was issued before now is handed out any more'
    })
  },
  'RevokeRequest'
);
export type RevokeRequest = Static<typeof RevokeRequest>;

export const RevokeReply = Strict(
  {
    leases: Type.Array(
      Strict(
        { id: Type.String(), run: Type.String(), state: LeaseState },
        'LeaseRef'
      )
    ),
    not_before: Nullable(Time, 'nothing issued before it holds')
  },
  'RevokeReply'
);
export type RevokeReply = Static<typeof RevokeReply>;

export const DismissRequest = Strict(
  {
    ids: Type.Array(Type.String(), {
      minItems: 1,
      description:
        'orphans, by id, or all of a name by a unique prefix or suffix of it'
    }),
    reason: Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: '\\S',
      description: 'how it is known that nothing is left; kept in the audit'
    })
  },
  'DismissRequest'
);
export type DismissRequest = Static<typeof DismissRequest>;

export const DismissReply = Strict(
  { orphans: Type.Array(Orphan) },
  'DismissReply'
);
export type DismissReply = Static<typeof DismissReply>;

export const RotateReply = Strict(
  {
    rewrapped: Type.Integer({
      minimum: 0,
      description: 'open credentials that are under the new key now'
    })
  },
  'RotateReply'
);
export type RotateReply = Static<typeof RotateReply>;
