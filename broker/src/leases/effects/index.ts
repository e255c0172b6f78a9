import type { IEffect } from '../../lifecycle/types.ts';
import { DeleteClientEffect, EraseEffect } from './close.ts';
import { MintEffect } from './mint.ts';
import { RefreshEffect } from './refresh.ts';
import { RegisterEffect } from './register.ts';
import { introspectEffect, probeEffect, revokeEffect } from './verify.ts';
import type { ILeaseWorld } from './world.ts';

export type { ILeaseWorld } from './world.ts';

export type LeaseIntentKind =
  | 'register'
  | 'mint'
  | 'refresh'
  | 'revoke'
  | 'probe'
  | 'introspect'
  | 'delete_client'
  | 'erase';

/** Everything that a lease does to the world, by the kind of its intent. */
export function leaseEffects(
  world: ILeaseWorld
): Record<LeaseIntentKind, IEffect> {
  return {
    register: byProvider(new RegisterEffect(world)),
    mint: byProvider(new MintEffect(world)),
    refresh: byProvider(new RefreshEffect(world)),
    revoke: byProvider(revokeEffect(world)),
    probe: byProvider(probeEffect(world)),
    introspect: byProvider(introspectEffect(world)),
    delete_client: byProvider(new DeleteClientEffect(world)),
    erase: new EraseEffect(world)
  };
}

/** A provider that hangs holds up nobody but itself. */
function byProvider(effect: IEffect): IEffect {
  return {
    lane: ({ payload: { provider } }) =>
      typeof provider === 'string' ? provider : '',
    perform: (intent, signal) => effect.perform(intent, signal)
  };
}
