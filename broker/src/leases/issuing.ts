import { drain, settle } from './closing.ts';
import {
  generationOf,
  isProvable,
  PATIENCE_MS,
  refreshTokenOf,
  SLACK_MS,
  type ILeaseDoc,
  type IToken
} from './doc.ts';
import type { IFault, ISealedGrant, Of } from './events.ts';
import { hold, told } from './holding.ts';
import { abandonClient, clientsLive, lose, loseLasting } from './orphans.ts';
import { pause } from './pause.ts';
import {
  ask,
  committed,
  draft,
  issued,
  misfit,
  patch,
  tellRun,
  type IDraftStep,
  type Step
} from './step.ts';

export function provision(lease: ILeaseDoc): Step {
  if (lease.phase !== 'REQUESTED' || lease.drained !== null) {
    return misfit(lease);
  }
  return issued(
    ask(draft({ ...lease, phase: 'PROVISIONING', registering: true }), {
      kind: 'register',
      payload: {}
    })
  );
}

/** I1: the only way to a token is a claim of an attempt observed running. */
export function claim(lease: ILeaseDoc, event: Of<'claim'>): Step {
  if (lease.phase !== 'ARMED' || lease.drained !== null) {
    return misfit(lease);
  }
  const { attempt, deadline } = event;
  return issued(
    askMint(draft({ ...lease, phase: 'ACTIVE', attempt, deadline, kept: true }))
  );
}

export function renew(lease: ILeaseDoc, now: number): Step {
  if (lease.phase !== 'ACTIVE' || lease.drained !== null || lease.minting) {
    return misfit(lease);
  }
  const step = draft({ ...lease, phase: 'RENEWING', failure: null });
  if (lease.profile?.renewal === 'refresh_only' && !refreshTokenOf(lease)) {
    const why = 'gave no refresh token, and may not be asked for another grant';
    return committed(settle(fail(step, 'identity_refused', why, now), now));
  }
  return issued(askNext(step));
}

/**
 * An operator ends it. A run that has not begun does not begin; one that runs
 * goes on without a credential.
 */
export function revokeNow(lease: ILeaseDoc, why: string, now: number): Step {
  if (lease.drained !== null) {
    return misfit(lease, why);
  }
  const began = lease.phase === 'ACTIVE' || lease.phase === 'RENEWING';
  const message = `The credential was ${why} (jupyter batch leases).`;
  const step = began
    ? draft(lease, why)
    : tellRun(draft(lease, why), {
        type: 'lease_failed',
        code: 'identity_refused',
        message: `${message} The run did not begin; submit it again when it may.`
      });
  return committed(
    settle(drain(patch(step, { revokedByHand: message }), why, now), now)
  );
}

/** I4: one at a time; `minting` stays up until its outcome is committed. */
export function askMint(step: IDraftStep): IDraftStep {
  return ask(patch(step, { minting: true }), { kind: 'mint', payload: {} });
}

/** The next token: by the refresh token where that is the way, else by a grant. */
function askNext(step: IDraftStep): IDraftStep {
  const { lease } = step;
  return lease.profile?.renewal && refreshTokenOf(lease)
    ? ask(patch(step, { minting: true }), {
        kind: 'refresh',
        payload: { generation: generationOf(lease) }
      })
    : askMint(step);
}

/** A timer's word: the pause after a failure is over. */
export function tryAgain(lease: ILeaseDoc): Step {
  const { waiting, registering } = lease;
  if (!waiting?.resting || lease.drained !== null) {
    return misfit(lease);
  }
  const step = draft({ ...lease, waiting: { ...waiting, resting: false } });
  return committed(
    registering ? ask(step, { kind: 'register', payload: {} }) : askNext(step)
  );
}

export function register(
  lease: ILeaseDoc,
  event: Of<'registered' | 'register_failed' | 'register_skipped'>,
  now: number
): Step {
  if (event.type === 'register_skipped') {
    return committed(
      settle(draft({ ...lease, registering: false, waiting: null }), now)
    );
  }
  if (event.type === 'registered') {
    const ready: ILeaseDoc = {
      ...lease,
      phase: 'READY',
      registering: false,
      waiting: null,
      problem: null,
      profile: event.profile,
      held: heldOf(event),
      registeredAt: event.client === null ? null : now,
      orphans: clientsLive(
        lease.orphans,
        event.expiresAt === null ? null : event.expiresAt - now
      )
    };
    const detail = event.mark === null ? undefined : `client ${event.mark}`;
    return lease.drained === null
      ? issued(tellRun(draft(ready, detail), { type: 'lease_ready' }))
      : committed(settle(draft(ready, 'came too late'), now));
  }
  const lost: ILeaseDoc = {
    ...lease,
    orphans:
      event.fault.maybeApplied && lease.client === 'per_lease'
        ? lose(lease, 'client', now)
        : lease.orphans
  };
  return again(lost, 'register', event.fault, event.jitter, now);
}

const heldOf = ({ client, expiresAt }: Of<'registered'>): ILeaseDoc['held'] =>
  client === null ? null : { sealed: client, expiresAt };

export function mint(
  lease: ILeaseDoc,
  event: Of<'minted' | 'mint_failed' | 'mint_skipped'>,
  now: number
): Step {
  if (event.type === 'mint_skipped') {
    return committed(
      settle(draft({ ...lease, minting: false, waiting: null }), now)
    );
  }
  if (event.type === 'minted') {
    return minted(lease, event.grant, now);
  }
  const kept = event.residue
    ? hold(lease, event.residue, now, { superseded: true })
    : event.fault.maybeApplied
      ? { ...lease, orphans: lost(lease, now) }
      : lease;
  return again(kept, 'mint', event.fault, event.jitter, now);
}

/** Whether a refresh token came with it is not known either. */
const lost = (lease: ILeaseDoc, now: number): ILeaseDoc['orphans'] =>
  lease.profile?.renewal || lease.tokens.some(token => token.refresh)
    ? loseLasting(lease, null, now)
    : lose(lease, 'token', now);

function minted(lease: ILeaseDoc, grant: ISealedGrant, now: number): Step {
  // What another grant gave is not to be used beside this one, nor refreshed.
  const before: ILeaseDoc = {
    ...lease,
    tokens: lease.tokens.map(retired)
  };
  return accept(before, grant, now);
}

/** A token that came: handed out from now on, if it is one that may be. */
export function accept(
  lease: ILeaseDoc,
  grant: ISealedGrant,
  now: number,
  family?: number
): Step {
  const late = lease.drained !== null;
  const tooLong =
    !isProvable(lease) &&
    (grant.expiresAt === null ||
      grant.expiresAt > (lease.deadline ?? now) + SLACK_MS);
  const tooMuch = grant.scopes.some(scope => !lease.scopes.includes(scope));
  const bad = tooLong || tooMuch;
  const held = hold(lease, grant, now, { superseded: late || bad, family });
  const step = draft(
    {
      ...held,
      phase: 'ACTIVE',
      minting: false,
      waiting: null,
      problem: null,
      tokens: bad ? held.tokens.map(retired) : held.tokens
    },
    told(held, grant)
  );
  if (late || !bad) {
    return late ? committed(settle(step, now)) : issued(settle(step, now));
  }
  const why = tooMuch
    ? 'gave a token that may do more than was asked for'
    : 'gives tokens that outlive the run and cannot be provably revoked';
  return committed(settle(fail(step, 'identity_refused', why, now), now));
}

/** A client that nobody waits for any more still has to go. */
export function strayClient(
  lease: ILeaseDoc,
  event: Of<'registered'>,
  now: number
): Step {
  if (lease.closedAt !== null || lease.held || lease.drained === null) {
    const orphans = abandonClient(lease, event.expiresAt, now);
    return committed(draft({ ...lease, orphans }, 'came unasked'));
  }
  return committed(
    settle(draft({ ...lease, held: heldOf(event), registeredAt: now }), now)
  );
}

const retired = (token: IToken): IToken => ({ ...token, superseded: true });

/** A register or mint that did not succeed: once more, or the end of it. */
export function again(
  lease: ILeaseDoc,
  kind: 'register' | 'mint' | 'refresh',
  fault: IFault,
  jitter: number,
  now: number
): Step {
  const what = kind === 'register' ? 'the registration' : `the ${kind}`;
  const problem = `${what}: the provider ${fault.why}`;
  const mark = kind === 'register' ? 'registering' : 'minting';
  const idle = draft({ ...lease, [mark]: false, problem }, fault.why);
  if (lease.drained !== null) {
    return committed(settle(patch(idle, { waiting: null }), now));
  }
  if (fault.kind === 'fatal') {
    return committed(
      settle(fail(idle, 'identity_refused', fault.why, now), now)
    );
  }
  const since = lease.waiting?.since ?? now;
  const failures = (lease.waiting?.failures ?? 0) + 1;
  if (now - since >= PATIENCE_MS) {
    return committed(
      settle(fail(idle, 'identity_unavailable', fault.why, now), now)
    );
  }
  const wait = pause(failures, jitter, fault.afterMs);
  // The try itself is never delayed: one that is pending when the process dies may
  // have been made, and no clock has to tell.
  return committed(
    ask(
      patch(idle, {
        [mark]: true,
        waiting: { since, failures, resting: true }
      }),
      { kind: 'timer', payload: { event: { type: 'try_again' } }, delay: wait }
    )
  );
}

/**
 * No credential will come. A renewal that fails leaves the job its old token,
 * as long as that lives; anything else ends the lease.
 */
export function fail(
  step: IDraftStep,
  code: 'identity_refused' | 'identity_unavailable',
  why: string,
  now: number
): IDraftStep {
  const message = `The identity provider ${step.lease.provider} ${why}.`;
  const failed = patch(step, { failure: { code, message }, waiting: null });
  const living = step.lease.tokens.some(
    token =>
      !token.refresh &&
      !token.superseded &&
      token.end === null &&
      (token.expiresAt ?? now) > now
  );
  return living
    ? patch(failed, { phase: 'ACTIVE' })
    : drain(
        tellRun(failed, { type: 'lease_failed', code, message }),
        code,
        now
      );
}
