import type { LeaseState, TokenEnd } from '@jupyterlab-batch/protocol';

import type { IProfile } from './ports.ts';

/** A token may outlive its attempt's deadline by this, and no more (I2). */
export const SLACK_MS = 60_000;
/**
 * After its expiry, how long a clock elsewhere may still call a token alive:
 * clocks are wrong, and are set right, by minutes. Only where nobody can be asked.
 */
export const SKEW_MS = 5 * 60_000;
/** How long a run waits for a provider that cannot be reached. */
export const PATIENCE_MS = 120_000;
/** How long a client is tried to be deleted before it is listed as an orphan. */
export const DELETION_MS = 24 * 3_600_000;
/** Refusals to delete it in a row, ten minutes about, that are believed. */
export const REFUSALS = 20;
/** Revocations that were accepted and did nothing, before it is an alarm. */
export const LIES = 3;
/** A lost token's life, where no other token of the provider told. */
export const UNKNOWN_LIFE_MS = 24 * 3_600_000;
/** How long the end of a refresh token is tried that does not say how long it lives. */
export const REFRESH_LIFE_MS = 30 * 24 * 3_600_000;

/** What only a refresh token has (RFC 9700 §4.14). */
export interface IRefresh {
  /** tells whether a refresh gave another one: the value as an HMAC */
  readonly mark: string;
  /** another one came in its place: it must not be used again */
  readonly rotated: boolean;
  /** a reply was lost that may have held the next one */
  readonly doubtful: boolean;
}

/** One token, from its mint to its end. Times in ms since the epoch. */
export interface IToken {
  readonly n: number;
  /** null once erased */
  readonly sealed: string | null;
  readonly mintedAt: number;
  readonly expiresAt: number | null;
  readonly selfContained: boolean;
  readonly scopes: readonly string[];
  /** not to be handed out any more: it has to die */
  readonly superseded: boolean;
  /** a revocation, probe or introspection of it is under way or due */
  readonly busy: boolean;
  /** the provider said that it cannot revoke this one */
  readonly unrevocable: boolean;
  readonly unintrospectable: boolean;
  /** the last accepted revocation */
  readonly revokedAt: number | null;
  /** failures in a row of the step it is at */
  readonly failures: number;
  /** it was alive after an accepted revocation, so often */
  readonly refuted: number;
  /** the resource answered 401 to it, and nobody called it alive since */
  readonly refused: boolean;
  /** the issuer called it inactive, and nobody called it alive since */
  readonly disowned: boolean;
  readonly end: TokenEnd | null;
  readonly endedAt: number | null;
  /** absent: an access token */
  readonly refresh?: IRefresh;
  /**
   * Whose refresh tokens follow each other, by the number of the first: one that
   * is revoked takes the whole family with it; absent: none came with it
   */
  readonly family?: number;
}

export interface IOrphan {
  readonly id: string;
  readonly kind: 'client' | 'token';
  readonly since: number;
  /** with the skew of clocks, where a provider told it; null: nobody knows */
  readonly expiresAt: number | null;
  /** what its expiry makes of it; absent: `unconfirmed` */
  readonly endsAs?: 'expired' | 'unconfirmed';
  /** a refresh token may be with it: that one's expiry nobody knows */
  readonly lasting?: boolean;
  /** of the refresh token with whose reply it was lost */
  readonly family?: number;
}

/** The phases before the end; afterwards the label is told from the facts. */
export type Phase =
  'REQUESTED' | 'PROVISIONING' | 'READY' | 'ARMED' | 'ACTIVE' | 'RENEWING';

export interface IWaiting {
  readonly since: number;
  readonly failures: number;
  /** a timer asks for the next try: none is under way, whatever the clock says */
  readonly resting: boolean;
}

/** A lease, whole. Secrets are sealed strings, null once erased. */
export interface ILeaseDoc {
  readonly id: string;
  readonly run: string;
  readonly provider: string;
  readonly client: 'per_lease' | 'shared';
  readonly scopes: readonly string[];
  readonly phase: Phase;
  readonly profile: IProfile | null;
  readonly attempt: number | null;
  readonly deadline: number | null;
  /** why it ends; null: it does not yet */
  readonly drained: string | null;
  readonly drainedAt: number | null;
  /** since when it has been in the state that `labelOf` tells */
  readonly stateSince: number;
  /** what the job is told that asks for its token after an operator's revocation */
  readonly revokedByHand: string | null;
  /** what is under way, or due */
  readonly registering: boolean;
  readonly minting: boolean;
  readonly deleting: boolean;
  readonly erasing: boolean;
  /**
   * What was issued stays sealed: the run may still have to look for it in what
   * its job wrote
   */
  readonly kept: boolean;
  /** failures in a row of what is under way; null: none */
  readonly waiting: IWaiting | null;
  /** its data key, wrapped; null once erased */
  readonly key: string | null;
  readonly held: {
    readonly sealed: string;
    /** when its secret ends by itself; null or absent: it does not */
    readonly expiresAt?: number | null;
  } | null;
  readonly tokens: readonly IToken[];
  readonly orphans: readonly IOrphan[];
  /** refreshes that were committed: what a refresh is begun and has to land on */
  readonly generation?: number;
  readonly used: number;
  /** ms that the provider's tokens live; null: not known yet */
  readonly life: number | null;
  readonly failure: {
    readonly code: 'identity_refused' | 'identity_unavailable' | 'grant_dead';
    readonly message: string;
  } | null;
  readonly problem: string | null;
  readonly createdAt: number;
  readonly registeredAt: number | null;
  readonly mintedAt: number | null;
  readonly revokedAt: number | null;
  readonly clientDeletedAt: number | null;
  readonly closedAt: number | null;
}

export interface ILeaseRequest {
  readonly id: string;
  readonly key: string;
  readonly run: string;
  readonly provider: string;
  readonly client: 'per_lease' | 'shared';
  readonly scopes: readonly string[];
}

export function newLease(request: ILeaseRequest, now: number): ILeaseDoc {
  return {
    ...request,
    scopes: [...request.scopes],
    phase: 'REQUESTED',
    profile: null,
    attempt: null,
    deadline: null,
    drained: null,
    drainedAt: null,
    stateSince: now,
    revokedByHand: null,
    registering: false,
    minting: false,
    deleting: false,
    erasing: false,
    kept: false,
    waiting: null,
    held: null,
    tokens: [],
    orphans: [],
    used: 0,
    life: null,
    failure: null,
    problem: null,
    createdAt: now,
    registeredAt: null,
    mintedAt: null,
    revokedAt: null,
    clientDeletedAt: null,
    closedAt: null
  };
}

/** The token that the job may be given, or null. */
export function currentToken(lease: ILeaseDoc): IToken | null {
  return lease.drained === null
    ? (lease.tokens.findLast(
        token => !token.refresh && !token.superseded && !token.end
      ) ?? null)
    : null;
}

/** The one refresh token that may be used, or null. */
export function refreshTokenOf(
  lease: ILeaseDoc
): (IToken & { readonly refresh: IRefresh; readonly family: number }) | null {
  for (const token of lease.tokens.toReversed()) {
    const { refresh, family } = token;
    if (refresh && !refresh.rotated && family !== undefined) {
      return token.superseded || token.end
        ? null
        : { ...token, refresh, family };
    }
  }
  return null;
}

export const generationOf = (lease: ILeaseDoc): number => lease.generation ?? 0;

/** Whether a revocation can be made and its effect be seen; a measurement decides. */
export function isProvable(lease: ILeaseDoc): boolean {
  const profile = lease.profile;
  return (
    profile !== null &&
    profile.revocation &&
    profile.proven !== false &&
    (profile.probe || profile.introspection)
  );
}

/** The word for the state, told from the facts. */
export function labelOf(lease: ILeaseDoc): LeaseState {
  if (lease.closedAt !== null) {
    return 'CLOSED';
  }
  if (lease.drained === null) {
    return lease.phase;
  }
  if (lease.registering || lease.minting) {
    return 'DRAINING';
  }
  const living = lease.tokens.filter(token => token.end === null);
  if (living.some(token => token.refuted >= LIES)) {
    return 'QUARANTINED';
  }
  const unrevoked = (token: IToken) =>
    token.revokedAt === null && !token.unrevocable && !token.refresh?.rotated;
  if (living.some(unrevoked)) {
    return living.some(token => token.failures > 0) ? 'RETRYING' : 'REVOKING';
  }
  return living.length > 0 ? 'VERIFYING' : 'DELETING_CLIENT';
}
