import type { IMachine } from '../lifecycle/types.ts';
import { deleted, drained, erased, settle, tokenStep } from './closing.ts';
import { generationOf, labelOf, type ILeaseDoc } from './doc.ts';
import type { LeaseEvent } from './events.ts';
import {
  claim,
  mint,
  provision,
  register,
  renew,
  revokeNow,
  strayClient,
  tryAgain
} from './issuing.ts';
import { strayGrant } from './holding.ts';
import { refresh } from './refreshing.ts';
import { committed, draft, misfit, type Step } from './step.ts';

/** The life of a lease (DESIGN §8). Pure and total. */
export const leaseMachine: IMachine<ILeaseDoc, LeaseEvent> = {
  name: 'lease',
  label: labelOf,
  step(lease, event, now) {
    if (event.type === 'minted' && !lease.minting) {
      return strayGrant(lease, event.grant, now);
    }
    if (event.type === 'refreshed' && !isAwaited(lease, event)) {
      return strayGrant(lease, event.grant, now);
    }
    if (event.type === 'registered' && !lease.registering && event.client) {
      return strayClient(lease, event, now);
    }
    return lease.closedAt === null
      ? timed(lease, decide(lease, event, now), now)
      : misfit(lease, 'the lease is closed');
  }
};

/** Compare and set: a refresh lands on the generation that it began with. */
const isAwaited = (
  lease: ILeaseDoc,
  { generation }: { readonly generation: number }
): boolean => lease.minting && generation === generationOf(lease);

/** Notes when a state was entered. */
function timed(before: ILeaseDoc, step: Step, now: number): Step {
  return labelOf(before) === labelOf(step.state)
    ? step
    : { ...step, state: { ...step.state, stateSince: now } };
}

function decide(lease: ILeaseDoc, event: LeaseEvent, now: number): Step {
  switch (event.type) {
    case 'provision':
      return provision(lease);
    case 'armed':
      return lease.drained === null &&
        (lease.phase === 'READY' || lease.phase === 'ARMED')
        ? committed(draft({ ...lease, phase: 'ARMED' }))
        : misfit(lease);
    case 'claim':
      return claim(lease, event);
    case 'renew':
      return renew(lease, now);
    case 'used':
      return committed(draft({ ...lease, used: lease.used + event.count }));
    case 'drain':
      return drained(lease, event, now);
    case 'looked':
      return lease.kept
        ? committed(settle(draft({ ...lease, kept: false }), now))
        : misfit(lease);
    case 'rekey':
      return lease.key === null
        ? misfit(lease)
        : committed(draft({ ...lease, key: event.key }));
    case 'revoke':
      return revokeNow(lease, event.why, now);
    case 'registered':
    case 'register_failed':
    case 'register_skipped':
      return lease.registering ? register(lease, event, now) : misfit(lease);
    case 'minted':
    case 'mint_failed':
    case 'mint_skipped':
      return lease.minting ? mint(lease, event, now) : misfit(lease);
    case 'refreshed':
    case 'refresh_failed':
    case 'refresh_skipped':
      return isAwaited(lease, event)
        ? refresh(lease, event, now)
        : misfit(lease);
    case 'try_again':
      return tryAgain(lease);
    case 'client_deleted':
    case 'delete_failed':
      return lease.deleting ? deleted(lease, event, now) : misfit(lease);
    case 'erased':
      return lease.erasing ? erased(lease, now) : misfit(lease);
    default:
      return tokenStep(lease, event, now);
  }
}
