import type { IIntentDraft } from '../lifecycle/types.ts';
import {
  REFRESH_LIFE_MS,
  SKEW_MS,
  type ILeaseDoc,
  type IToken
} from './doc.ts';
import type { Of } from './events.ts';
import { pause } from './pause.ts';

/** How one token dies: revoke, prove it, and again until it is dead or expired. */
export interface IDeath {
  readonly token: IToken;
  readonly intent: IIntentDraft | null;
  readonly problem?: string | null;
  /** for the audit row, where neither an end nor a problem says more */
  readonly note?: string;
}

/** A question may fail so often before the other one has to do. */
const PATIENCE = 4;

/** A quarter of an hour, about, where there is no other one. */
const ONLY_WITNESS = 20;

/** How often a resource is asked that may answer out of a cache. */
const CACHED_MS = 1000;

/** How often the issuer is asked of a refresh token that can only be waited out. */
const LASTING_MS = 3_600_000;

type Failed = Of<'revoke_failed' | 'probe_failed' | 'introspect_failed'>;
export type TokenEvent =
  Failed | Of<'revoked'> | Of<'probed'> | Of<'introspected'>;

/** Takes one token that has to die a step further. */
export function begin(lease: ILeaseDoc, token: IToken, now: number): IDeath {
  // One that was exchanged is dead if its provider does what it says: asked first,
  // for a revocation of it may be taken for a theft.
  return token.refresh?.rotated
    ? verify(lease, token, 0, now)
    : revokeOrVerify(lease, token, 0, now);
}

/**
 * The refresh token in use goes before the rest of its family: it could be used
 * for more of them, and a provider may end all of them when it is told of any one
 * (RFC 7009 §2.1). No longer than for one try.
 */
export function isItsTurn(lease: ILeaseDoc, token: IToken): boolean {
  const head = lease.tokens.findLast(
    ({ refresh, family }) =>
      refresh && !refresh.rotated && family === token.family
  );
  return (
    token.family === undefined ||
    head === undefined ||
    head.n === token.n ||
    head.end !== null ||
    (head.superseded &&
      (head.revokedAt !== null || head.unrevocable || head.failures > 0))
  );
}

/** What the outcome of a revocation, probe or introspection means. */
export function dying(
  lease: ILeaseDoc,
  token: IToken,
  event: TokenEvent,
  now: number
): IDeath {
  switch (event.type) {
    case 'revoked':
      return verify(lease, { ...token, revokedAt: now, failures: 0 }, 0, now);
    case 'probed':
      if (event.verdict === 'dead') {
        return proven(lease, { ...token, refused: true, failures: 0 }, now);
      }
      // A JWT may be dead for its issuer only: let the issuer say so.
      return canIntrospect(lease, token) && token.selfContained
        ? asked(token, 'introspect', 0, now)
        : refuted(lease, token, event.jitter, now);
    case 'introspected':
      return event.verdict === 'inactive'
        ? proven(lease, { ...token, disowned: true }, now)
        : refuted(lease, token, event.jitter, now);
    default:
      if (!hasExpired(token, now)) {
        return failed(lease, token, event, now);
      }
      return expired(lease, token, event, now);
  }
}

/** The clock is believed where nobody is left who can be asked. */
function expired(
  lease: ILeaseDoc,
  token: IToken,
  { type, fault }: Failed,
  now: number
): IDeath {
  const next: IToken = {
    ...token,
    unrevocable:
      token.unrevocable ||
      (type === 'revoke_failed' && fault.code === 'unsupported'),
    unintrospectable: token.unintrospectable || type === 'introspect_failed'
  };
  if (type !== 'probe_failed' && canProbe(lease, token)) {
    return asked(next, 'probe', 0, now);
  }
  return type === 'revoke_failed'
    ? verify(lease, next, 0, now)
    : ended(token, token.expiresAt === null ? 'unconfirmed' : 'expired', now);
}

/** Dead by one witness: the issuer has to agree where it can be asked. */
function proven(lease: ILeaseDoc, token: IToken, now: number): IDeath {
  if (!token.disowned && canIntrospect(lease, token)) {
    return {
      ...asked(token, 'introspect', 0, now),
      note: `token ${token.n}: refused by the resource; asking the issuer`
    };
  }
  // Where a resource is named, its own 401 is what counts (DESIGN §8).
  const atResource =
    token.refused || (!canProbe(lease, token) && !token.selfContained);
  return ended(token, atResource ? 'dead_at_resource' : 'dead_at_issuer', now);
}

function failed(
  lease: ILeaseDoc,
  before: IToken,
  event: Failed,
  now: number
): IDeath {
  const { fault, jitter } = event;
  if (event.type === 'probe_failed' && !canProbe(lease, before)) {
    // Its expiry was waited for, and it rang early: the clock was set back.
    return verify(lease, before, 0, now);
  }
  const token = { ...before, failures: before.failures + 1 };
  const wait = pause(token.failures, jitter, fault.afterMs);
  const what = {
    revoke_failed: 'the revocation',
    probe_failed: 'the probe',
    introspect_failed: 'the introspection'
  }[event.type];
  const problem = `${what} of token ${token.n}: the provider ${fault.why}`;
  if (event.type === 'revoke_failed') {
    return { ...unrevoked(lease, token, event, wait, now), problem };
  }
  if (event.type === 'introspect_failed') {
    const blind = { ...token, unintrospectable: true };
    if (
      token.refused &&
      (fault.kind === 'fatal' || token.failures > PATIENCE)
    ) {
      return proven(lease, blind, now);
    }
    // Where nobody else can be asked, no is not believed at once.
    const isPatient =
      !canProbe(lease, token) &&
      fault.code !== 'unsupported' &&
      token.failures <= ONLY_WITNESS;
    if (fault.kind === 'fatal' && !isPatient) {
      return { ...revokeOrVerify(lease, blind, wait, now), problem };
    }
  }
  return { ...verify(lease, token, wait, now), problem };
}

/** The classes of a revocation that failed (RFC 7009 §2.2.1, RFC 6749 §5.2). */
function unrevoked(
  lease: ILeaseDoc,
  token: IToken,
  { fault }: Failed,
  wait: number,
  now: number
): IDeath {
  switch (fault.kind === 'fatal' ? fault.code : null) {
    case 'unsupported':
      // Not this kind of token, whatever is done: its end is its expiry.
      return verify(
        lease,
        { ...token, unrevocable: true, failures: 0 },
        0,
        now
      );
    case 'unknown_token':
      // Nothing that could be revoked: done, and to be proved like any other.
      return verify(lease, { ...token, revokedAt: now, failures: 0 }, 0, now);
    case 'unknown_client':
      // The client may be gone and the token with it; ask who would know.
      return canProbe(lease, token)
        ? asked(token, 'probe', wait, now)
        : asked(token, 'revoke', wait, now);
    default:
      return asked(token, 'revoke', wait, now);
  }
}

/** Revoked, and still alive: RFC 7009 §2.2 allows it; once more. */
function refuted(
  lease: ILeaseDoc,
  before: IToken,
  jitter: number,
  now: number
): IDeath {
  const told = before.revokedAt !== null;
  const left = (before.revokedAt ?? 0) + (lease.profile?.lag ?? 0) - now;
  if (told && left > 0) {
    // As long as this provider's caches were measured to take: no lie yet.
    return verify(
      lease,
      { ...before, refused: false, disowned: false },
      Math.min(left, CACHED_MS),
      now
    );
  }
  const token = {
    ...before,
    refuted: before.refuted + (told ? 1 : 0),
    refused: false,
    disowned: false,
    failures: before.failures + 1
  };
  const wait = Math.max(
    pause(Math.max(token.refuted, token.failures), jitter),
    token.refresh && token.unrevocable ? LASTING_MS : 0
  );
  if (now >= over(token) + SKEW_MS) {
    return {
      ...ended(token, 'unconfirmed', now),
      problem: `token ${token.n} still works after ${token.expiresAt === null ? 'so long that it is given up' : 'its expiry'}`
    };
  }
  return {
    ...revokeOrVerify(lease, token, wait, now),
    problem: told
      ? `token ${token.n} still works after an accepted revocation; revoking it again`
      : token.unrevocable
        ? `token ${token.n} cannot be revoked; waiting for its expiry`
        : `token ${token.n} works and could not be revoked yet`
  };
}

function revokeOrVerify(
  lease: ILeaseDoc,
  token: IToken,
  wait: number,
  now: number
): IDeath {
  return lease.profile?.revocation && !token.unrevocable
    ? asked(token, 'revoke', wait, now)
    : verify(lease, { ...token, unrevocable: true }, wait, now);
}

function verify(
  lease: ILeaseDoc,
  token: IToken,
  wait: number,
  now: number
): IDeath {
  const introspect = canIntrospect(lease, token);
  if (
    canProbe(lease, token) &&
    !(introspect && (token.refused || token.failures > PATIENCE))
  ) {
    return asked(token, 'probe', wait, now);
  }
  if (introspect) {
    return asked(token, 'introspect', wait, now);
  }
  // Nobody can be asked: its own expiry is the only proof there will be.
  if (token.expiresAt === null) {
    return ended(token, 'unconfirmed', now);
  }
  return hasExpired(token, now)
    ? ended(token, 'expired', now)
    : asked(token, 'probe', Infinity, now);
}

/** Once at its expiry, when there is an answer in any case. */
function asked(
  token: IToken,
  kind: 'revoke' | 'probe' | 'introspect',
  wait: number,
  now: number
): IDeath {
  const left = over(token) - now;
  const delay = left > 0 ? Math.min(wait, left) : wait;
  return {
    token: { ...token, busy: true },
    intent: { kind, payload: { n: token.n }, ...(delay > 0 ? { delay } : {}) }
  };
}

function ended(
  token: IToken,
  end: NonNullable<IToken['end']>,
  now: number
): IDeath {
  return {
    token: { ...token, busy: false, superseded: true, end, endedAt: now },
    intent: null,
    problem: null,
    note: `token ${token.n}: ${witnesses(token, end)}`
  };
}

/** An end with who says so. */
function witnesses(token: IToken, end: NonNullable<IToken['end']>): string {
  const by = [
    ...(token.refused ? ['refused by the resource'] : []),
    ...(token.disowned ? ['inactive at the issuer'] : [])
  ];
  return end === 'expired' || by.length === 0
    ? end
    : `${end} (${by.join(', ')})`;
}

/** Nobody is asked for ever: not of a refresh token that does not say its expiry. */
const over = ({ expiresAt, refresh, mintedAt }: IToken): number =>
  (expiresAt ?? (refresh ? mintedAt + REFRESH_LIFE_MS : Infinity)) + SKEW_MS;

const hasExpired = (token: IToken, now: number): boolean => now >= over(token);

/** A resource refuses every refresh token, living or dead. */
const canProbe = (lease: ILeaseDoc, token: IToken): boolean =>
  lease.profile?.probe === true && !token.refresh;

/** Its own client's word is wanted: not after that one is deleted. */
const canIntrospect = (lease: ILeaseDoc, token: IToken): boolean =>
  lease.profile?.introspection === true &&
  !token.unintrospectable &&
  (lease.client === 'shared' || lease.held !== null);
