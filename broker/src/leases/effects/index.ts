import type { IEffect } from '../../lifecycle/types.ts';
import { DeleteClientEffect, EraseEffect } from './close.ts';
import { MintEffect } from './mint.ts';
import { RefreshEffect } from './refresh.ts';
import { RegisterEffect } from './register.ts';
import { introspectEffect, probeEffect, revokeEffect } from './verify.ts';
import type { ILeaseWorld } from './world.ts';

export { secretsIn, type ILeaseWorld } from './world.ts';

export type LeaseIntentKind =
  | 'register'
  | 'mint'
  | 'refresh'
  | 'revoke'
  | 'probe'
  | 'introspect'
  | 'delete_client'
  | 'erase';

/**
 * How many of a kind one provider is asked at once: with half of it the loop is idle
 * while their commits wait for the disk (bench: leases).
 */
export const AT_ONCE = 16;

/** Everything that a lease does to the world, by the kind of its intent. */
export function leaseEffects(
  world: ILeaseWorld
): Record<LeaseIntentKind, IEffect> {
  return {
    register: byProvider(new RegisterEffect(world)),
    mint: byProvider(new MintEffect(world)),
    refresh: byProvider(new RefreshEffect(world)),
    revoke: { ...sparing(revokeEffect(world)), presses: true },
    probe: sparing(probeEffect(world)),
    introspect: sparing(introspectEffect(world)),
    delete_client: sparing(new DeleteClientEffect(world)),
    erase: new EraseEffect(world)
  };
}

/**
 * What ends credentials is tried without end: of a provider that cannot be asked,
 * by one for all. What issues them is given up soon, and each by itself.
 */
function sparing(effect: IEffect): IEffect {
  return {
    ...byProvider(effect),
    isTrouble: ({ event }) =>
      event !== undefined && 'fault' in event && isMomentary(event.fault)
  };
}

const isMomentary = (fault: unknown): boolean =>
  typeof fault === 'object' &&
  fault !== null &&
  'kind' in fault &&
  fault.kind === 'retry';

/** A provider that hangs holds up nobody but itself. */
function byProvider(effect: IEffect): IEffect {
  return {
    lane: ({ payload: { provider } }) =>
      typeof provider === 'string' ? provider : '',
    perform: (intent, signal) => effect.perform(intent, signal)
  };
}
