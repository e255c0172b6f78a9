import { DELETION_MS, REFUSALS, type ILeaseDoc } from './doc.ts';
import {
  begin,
  dying,
  isItsTurn,
  type IDeath,
  type TokenEvent
} from './dying.ts';
import type { Of } from './events.ts';
import { abandonClient, familiesEnd } from './orphans.ts';
import { pause } from './pause.ts';
import {
  ask,
  committed,
  draft,
  misfit,
  patch,
  tellRun,
  type IDraftStep,
  type Step
} from './step.ts';

/** From here on nothing is issued; a try that is waited for is not made. */
export function drain(step: IDraftStep, why: string, now: number): IDraftStep {
  const { lease } = step;
  const ended = patch(step, {
    drained: why,
    drainedAt: now,
    tokens: lease.tokens.map(token => ({ ...token, superseded: true }))
  });
  if (!lease.waiting?.resting) {
    return ended;
  }
  return {
    ...patch(ended, { registering: false, minting: false, waiting: null }),
    drop: ['timer']
  };
}

export function tokenStep(
  lease: ILeaseDoc,
  event: TokenEvent,
  now: number
): Step {
  const found = lease.tokens.find(one => one.n === event.n);
  if (!found?.busy || found.end !== null) {
    return misfit(lease);
  }
  const idle = { ...found, busy: false };
  const death = dying(lease, idle, event, now);
  return committed(settle(bury(draft(lease), death), now));
}

/** Writes what became of a token into the lease. */
function bury(step: IDraftStep, death: IDeath): IDraftStep {
  const { token, intent, problem, note } = death;
  const tokens = step.lease.tokens.map(one =>
    one.n === token.n ? token : one
  );
  const buried: ILeaseDoc = {
    ...step.lease,
    tokens,
    revokedAt: token.revokedAt ?? step.lease.revokedAt,
    ...(problem === undefined ? {} : { problem })
  };
  const next = patch(
    step,
    token.end ? familiesEnd(buried, token.endedAt ?? 0) : buried
  );
  const detail = problem ?? note;
  const told = detail ? { ...next, detail } : next;
  return intent ? ask(told, intent) : told;
}

/** The run ends; without a look ahead of it, nothing has to be kept for one. */
export function drained(
  lease: ILeaseDoc,
  event: Of<'drain'>,
  now: number
): Step {
  const kept = lease.kept && event.look === true;
  const step = draft({ ...lease, kept }, event.why);
  if (lease.drained === null) {
    return committed(settle(drain(step, event.why, now), now));
  }
  return kept === lease.kept
    ? misfit(lease, event.why)
    : committed(settle(step, now));
}

/**
 * Revoke, verify, then delete the client, then erase: never the reverse. Only the
 * erasure waits for the run's last look; a dead token in a seal harms nobody.
 */
export function settle(step: IDraftStep, now: number): IDraftStep {
  let next = step;
  // The newest first: of a family that is the refresh token in use.
  for (const one of step.lease.tokens.toReversed()) {
    const waits = one.superseded && !one.busy && one.end === null;
    if (waits && isItsTurn(next.lease, one)) {
      next = bury(next, begin(next.lease, one, now));
    }
  }
  const { lease } = next;
  if (lease.drained === null || lease.registering || lease.minting) {
    return next;
  }
  // Only a token that cannot be revoked may outlive its client (DESIGN §8).
  const deletable = lease.tokens.every(
    one => one.end !== null || one.unrevocable
  );
  if (lease.held && deletable && !lease.deleting) {
    return ask(patch(next, { deleting: true, waiting: null }), {
      kind: 'delete_client',
      payload: {}
    });
  }
  const dead = lease.tokens.every(one => one.end !== null);
  return dead && !lease.held && !lease.erasing && !lease.kept
    ? ask(
        patch(next, {
          erasing: true,
          key: null,
          tokens: lease.tokens.map(one => ({ ...one, sealed: null }))
        }),
        { kind: 'erase', payload: {} }
      )
    : next;
}

export function deleted(
  lease: ILeaseDoc,
  event: Of<'client_deleted' | 'delete_failed'>,
  now: number
): Step {
  const gone: ILeaseDoc = {
    ...lease,
    deleting: false,
    held: null,
    waiting: null
  };
  if (event.type === 'client_deleted') {
    return committed(
      settle(
        draft(
          familiesEnd({ ...gone, clientDeletedAt: now, problem: null }, now)
        ),
        now
      )
    );
  }
  const { fault, jitter } = event;
  const problem = `the deletion of the client: the provider ${fault.why}`;
  const since = lease.waiting?.since ?? now;
  const failures = (lease.waiting?.failures ?? 0) + 1;
  // A proxy's no, in an hour of maintenance, is not the provider's.
  const isFinal =
    fault.kind === 'fatal' &&
    (fault.code === 'unsupported' || failures >= REFUSALS);
  if (isFinal || now - since >= DELETION_MS) {
    const orphans = abandonClient(lease, lease.held?.expiresAt ?? null, now);
    return committed(
      settle(draft({ ...gone, orphans, problem }, problem), now)
    );
  }
  const wait = pause(failures, jitter, fault.afterMs);
  const waiting = { since, failures, resting: false };
  return committed(
    ask(draft({ ...lease, waiting, problem }, problem), {
      kind: 'delete_client',
      payload: {},
      delay: wait
    })
  );
}

export function erased(lease: ILeaseDoc, now: number): Step {
  const idle = { ...lease, erasing: false };
  // Something came in between: that has to go first.
  if (lease.held || lease.tokens.some(one => one.end === null)) {
    return committed(settle(draft(idle), now));
  }
  return committed(
    tellRun(draft({ ...idle, closedAt: now }), { type: 'lease_closed' })
  );
}
