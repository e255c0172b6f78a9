import { Type, type Static } from 'typebox';

import { Nullable, Strict, Time } from './shapes.js';

/** What a throw-away client found out about an identity provider. */
export const Examination = Strict(
  {
    provider: Type.String({
      description: 'name of the [identities.NAME] entry'
    }),
    at: Time,
    ok: Type.Boolean({
      description:
        'a revocation ends a token where it is used, and nothing is left'
    }),
    tokens: Type.Enum(['opaque', 'signed']),
    life: Nullable(Type.Number(), 'seconds that a token lives'),
    revocation: Type.Enum(
      [
        'at_resource',
        'at_issuer',
        'accepted_only',
        'unproved',
        'refused',
        'absent'
      ],
      { description: 'what a revoked token was refused by' }
    ),
    lag: Nullable(
      Type.Number(),
      'seconds from an accepted revocation until all who can be asked refuse; null: longer than `bound`'
    ),
    bound: Type.Number({ description: 'seconds that were waited at most' }),
    probe_tells: Nullable(
      Type.Boolean(),
      'the resource probe knows a living token; null: there is none'
    ),
    narrows_scope: Nullable(
      Type.Boolean(),
      'a token of fewer scopes can be had; null: the entry has fewer than two'
    ),
    narrows_life: Type.Boolean({
      description: 'a token of a shorter life can be had by asking'
    }),
    deleted_client_mints: Nullable(
      Type.Boolean(),
      'a deleted client still gets tokens; null: none can be deleted'
    ),
    worst_case: Type.Array(Type.String(), { minItems: 1 }),
    left: Type.Array(
      Strict(
        {
          kind: Type.Enum(['client', 'token']),
          name: Type.String({ description: 'client_name at the provider' }),
          expires_at: Nullable(Time)
        },
        'Leftover'
      )
    )
  },
  'Examination'
);
export type Examination = Static<typeof Examination>;
