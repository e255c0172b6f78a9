import { isProvable, SLACK_MS, type ILeaseDoc } from './doc.ts';

/** What the auditor reads of an audit row. */
export interface IAuditRow {
  readonly at: number;
  readonly event: string;
  readonly fits: boolean;
}

const SEALED = /^1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+$/;

/**
 * Checks one lease and its history against the invariants of DESIGN §8 that
 * lie with the lease (I3 and I9 lie with the run's permit).
 *
 * @returns what is broken, in words; empty: nothing
 */
export function audit(
  lease: ILeaseDoc,
  rows: readonly IAuditRow[]
): readonly string[] {
  const closed = lease.closedAt !== null;
  const claim = rows.findIndex(row => row.event === 'claim' && row.fits);
  const firstMint = rows.findIndex(
    row => row.event === 'minted' || row.event === 'mint_failed'
  );
  const acceptable = (expiresAt: number | null): boolean =>
    isProvable(lease) ||
    (expiresAt !== null && expiresAt <= (lease.deadline ?? 0) + SLACK_MS);
  const proved = lease.tokens.filter(one => one.end === 'dead_at_resource');
  const broken: [string, boolean][] = [
    [
      'I1: a token was asked for without a committed claim',
      firstMint >= 0 && (claim < 0 || claim > firstMint)
    ],
    [
      'I2: a usable token outlives the deadline and cannot be provably revoked',
      lease.tokens.some(
        token => !token.superseded && !acceptable(token.expiresAt)
      )
    ],
    [
      'I4: more than one token is usable at a time',
      lease.tokens.filter(token => !token.superseded).length > 1
    ],
    [
      'I5: closed, and a token has no end',
      closed && lease.tokens.some(token => token.end === null)
    ],
    [
      'I5: called dead at a resource that did not refuse it',
      lease.profile?.probe === true && proved.some(token => !token.refused)
    ],
    [
      'I5: called dead at the resource, and the issuer was not asked',
      lease.profile?.introspection === true &&
        proved.some(
          token =>
            // Of a token that cannot be revoked, the client went before.
            !token.disowned && !token.unintrospectable && !token.unrevocable
        )
    ],
    [
      'I6: a secret is in the lease in clear',
      [lease.held?.sealed, ...lease.tokens.map(token => token.sealed)].some(
        sealed => typeof sealed === 'string' && !SEALED.test(sealed)
      )
    ],
    [
      'I6: closed, and a sealed secret is still there',
      closed && lease.tokens.some(token => token.sealed !== null)
    ],
    ['I7: closed, and the client is still held', closed && lease.held !== null],
    [
      'I8: a usable token may do more than was asked for',
      lease.tokens.some(
        token =>
          !token.superseded &&
          token.scopes.some(scope => !lease.scopes.includes(scope))
      )
    ],
    [
      'the client was deleted before a revocable token was dead',
      lease.clientDeletedAt !== null &&
        lease.tokens.some(
          token =>
            !token.unrevocable &&
            (token.endedAt ?? Infinity) > (lease.clientDeletedAt ?? 0)
        )
    ],
    [
      'a token was taken for dead without a revocation or its expiry',
      lease.tokens.some(
        token =>
          token.end !== null &&
          token.end !== 'expired' &&
          token.revokedAt === null &&
          !token.unrevocable
      )
    ]
  ];
  return broken.filter(([, isBroken]) => isBroken).map(([what]) => what);
}
