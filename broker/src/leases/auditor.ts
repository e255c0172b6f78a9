import { isProvable, SLACK_MS, type ILeaseDoc } from './doc.ts';

/** What the auditor reads of an audit row. */
export interface IAuditRow {
  readonly at: number;
  readonly event: string;
  readonly fits: boolean;
}

/** A row of a run or of one of its leases, in the order of their commits. */
export interface IStoryRow extends IAuditRow {
  readonly machine: 'run' | 'lease';
  readonly from: string | null;
  readonly to: string;
}

const SEALED = /^(1\.[0-9a-f]{8}|2)\.[A-Za-z0-9_-]+$/;

/**
 * Checks one lease and its history against the invariants of DESIGN §8 that
 * lie with the lease.
 *
 * @returns what is broken, in words; empty: nothing
 */
export function audit(
  lease: ILeaseDoc,
  rows: readonly IAuditRow[]
): readonly string[] {
  const closed = lease.closedAt !== null;
  const claim = rows.findIndex(row => row.event === 'claim' && row.fits);
  const firstMint = rows.findIndex(row =>
    ['minted', 'mint_failed', 'refreshed', 'refresh_failed'].includes(row.event)
  );
  const access = lease.tokens.filter(token => !token.refresh);
  const refreshes = lease.tokens.filter(token => token.refresh);
  const deleted = rows.findIndex(
    row => row.event === 'client_deleted' && row.fits
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
      access.some(token => !token.superseded && !acceptable(token.expiresAt))
    ],
    [
      'I4: more than one token is usable at a time',
      access.filter(token => !token.superseded).length > 1
    ],
    [
      'I4: more than one refresh token is usable at a time',
      refreshes.filter(
        token => !token.superseded && !token.refresh?.rotated && !token.end
      ).length > 1
    ],
    [
      'I5: the other tokens of a grant were revoked while its refresh token was in use',
      access.some(
        token =>
          token.family !== undefined &&
          token.revokedAt !== null &&
          refreshes.some(
            one =>
              one.family === token.family &&
              !one.refresh?.rotated &&
              !one.superseded
          )
      )
    ],
    [
      'I5: closed, and a token has no end',
      closed && lease.tokens.some(token => token.end === null)
    ],
    [
      'I5: called dead at a resource that did not refuse it',
      lease.profile?.probe === true &&
        proved.some(token => !token.refresh && !token.refused)
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
      closed &&
        (lease.key !== null ||
          lease.tokens.some(token => token.sealed !== null))
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
      // By the order of the rows: a clock may have been set back in between.
      deleted >= 0 &&
        rows
          .slice(deleted)
          .some(row => row.fits && /^revoke(d|_failed)$/.test(row.event))
    ],
    [
      'a token was taken for dead without a revocation or its expiry',
      lease.tokens.some(
        token =>
          token.end !== null &&
          token.end !== 'expired' &&
          token.revokedAt === null &&
          !token.unrevocable &&
          // Used up by a refresh: that is what was verified.
          !token.refresh?.rotated &&
          (token.endedAt ?? 0) < (token.expiresAt ?? Infinity)
      )
    ]
  ];
  return broken.filter(([, isBroken]) => isBroken).map(([what]) => what);
}

/**
 * Checks what lies with the run and its permit: I1, I3, I7, I9.
 *
 * @param rows the whole history of the run and its leases
 * @returns what is broken, in words; empty: nothing
 */
export function auditRun(
  run: { readonly state: string; readonly closedAt: number | null },
  leases: readonly Pick<ILeaseDoc, 'closedAt'>[],
  rows: readonly IStoryRow[]
): readonly string[] {
  const nth = (machine: 'run' | 'lease', event: string): number[] =>
    rows.flatMap((row, index) =>
      row.machine === machine && row.event === event && row.fits ? [index] : []
    );
  const permits = nth('run', 'permit').filter(
    index => rows[index]?.to === 'running'
  );
  const claims = nth('lease', 'claim');
  const [observed = Infinity] = nth('run', 'submitted');
  const ended = ['succeeded', 'failed', 'cancelled', 'lost'];
  const done = leases.every(lease => lease.closedAt !== null);
  const broken: [string, boolean][] = [
    [
      'I1: a claim without a permit of an attempt that was seen running',
      claims.some(claim => !permits.some(permit => permit < claim)) ||
        permits.some(permit => permit < observed)
    ],
    [
      'I3: the ticket of a run was consumed more than once',
      permits.length > 1 || claims.length > leases.length
    ],
    [
      'I7: closed_at does not say whether the run ended and its leases closed',
      (run.closedAt !== null) !== (ended.includes(run.state) && done)
    ],
    [
      'I9: a permit was given while another was alive',
      permits.some(permit => rows[permit]?.from !== 'queued')
    ]
  ];
  return broken.filter(([, isBroken]) => isBroken).map(([what]) => what);
}
