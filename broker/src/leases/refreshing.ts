import { drain, settle } from './closing.ts';
import { refreshTokenOf, type ILeaseDoc, type IToken } from './doc.ts';
import type { ISealedGrant, Of } from './events.ts';
import { hold } from './holding.ts';
import { accept, again, askMint } from './issuing.ts';
import { loseLasting } from './orphans.ts';
import {
  committed,
  draft,
  issued,
  patch,
  tellRun,
  type IDraftStep,
  type Step
} from './step.ts';

type Head = NonNullable<ReturnType<typeof refreshTokenOf>>;
type Failed = Of<'refresh_failed'>;

/** Why a lease ends whose refresh tokens are not taken any more. */
const REUSED =
  'refused a refresh token that had come of a refresh: somebody else has used one of them, or their grant was revoked or has run out (RFC 9700 section 4.14). The credential was ended, and every token of it is revoked';
const DEAD =
  'does not take the refresh token any more, and may not be asked for another grant. The credential was ended';

/** What a refresh came to. Begun and landed on one generation (compare and set). */
export function refresh(
  lease: ILeaseDoc,
  event: Of<'refreshed' | 'refresh_failed' | 'refresh_skipped'>,
  now: number
): Step {
  const head = refreshTokenOf(lease);
  if (event.type === 'refresh_skipped') {
    return committed(
      settle(draft({ ...lease, minting: false, waiting: null }), now)
    );
  }
  if (event.type === 'refreshed') {
    return refreshed(lease, event.grant, now);
  }
  const kept = keep(lease, head, event, now);
  const { fault, jitter } = event;
  return fault.kind === 'retry' ||
    fault.code === 'unknown_client' ||
    lease.drained !== null ||
    head === null
    ? again(kept, 'refresh', fault, jitter, now)
    : refused(kept, head, event, now);
}

function refreshed(lease: ILeaseDoc, grant: ISealedGrant, now: number): Step {
  const { family } = lease.tokens.findLast(token => token.refresh) ?? {};
  return accept(turned(lease, grant), grant, now, family);
}

/** One generation on: the tokens before are not handed out, or used, any more. */
function turned(lease: ILeaseDoc, grant: ISealedGrant): ILeaseDoc {
  const rotates = grant.refresh ?? null;
  const head = lease.tokens.findLast(token => token.refresh);
  return {
    ...lease,
    generation: (lease.generation ?? 0) + 1,
    tokens: lease.tokens.map(token => {
      if (!token.refresh) {
        return { ...token, superseded: true };
      }
      if (token.n !== head?.n) {
        return token;
      }
      const rotated = rotates !== null && rotates.mark !== token.refresh.mark;
      return {
        ...token,
        refresh: { ...token.refresh, rotated, doubtful: false }
      };
    })
  };
}

/** What may have come of it all the same: held to be ended, or named as lost. */
function keep(
  lease: ILeaseDoc,
  head: Head | null,
  { fault, residue }: Failed,
  now: number
): ILeaseDoc {
  const family = lease.tokens.findLast(token => token.refresh)?.family;
  if (residue) {
    return hold(turned(lease, residue), residue, now, {
      superseded: true,
      family
    });
  }
  if (!fault.maybeApplied) {
    return lease;
  }
  return {
    ...lease,
    orphans: loseLasting(lease, family ?? null, now),
    tokens: lease.tokens.map(token =>
      token.refresh && token.n === head?.n
        ? { ...token, refresh: { ...token.refresh, doubtful: true } }
        : token
    )
  };
}

/**
 * Asked, and refused for good. A token that the provider had rotated, and of which
 * no reply of ours was lost, was used by somebody else: nothing follows that.
 */
function refused(
  lease: ILeaseDoc,
  head: Head,
  { fault }: Failed,
  now: number
): Step {
  const ranOut = head.expiresAt !== null && now >= head.expiresAt;
  const isDead = fault.code === 'unknown_token' && !ranOut;
  const kin = (token: IToken) => token.family === head.family;
  const hasTurned = lease.tokens.some(one => kin(one) && one.refresh?.rotated);
  const over: ILeaseDoc = {
    ...lease,
    minting: false,
    waiting: null,
    problem: `the refresh: the provider ${fault.why}`,
    tokens: lease.tokens.map(token =>
      kin(token) ? { ...token, superseded: true } : token
    )
  };
  const step = draft(over, `refresh token ${head.n}: ${fault.why}`);
  if (isDead && hasTurned && !head.refresh.doubtful) {
    return committed(settle(end(step, 'refresh_reused', REUSED, now), now));
  }
  return lease.profile?.renewal === 'refresh'
    ? issued(settle(askMint(step), now))
    : committed(settle(end(step, 'grant_dead', DEAD, now), now));
}

function end(
  step: IDraftStep,
  why: 'refresh_reused' | 'grant_dead',
  words: string,
  now: number
): IDraftStep {
  const message = `The identity provider ${step.lease.provider} ${words}.`;
  const failure = { code: 'grant_dead' as const, message };
  return drain(
    tellRun(
      { ...patch(step, { failure }), detail: `${why}: ${step.detail ?? ''}` },
      { type: 'lease_failed', code: 'identity_refused', message }
    ),
    why,
    now
  );
}
