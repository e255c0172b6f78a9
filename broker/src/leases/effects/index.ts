import type { IEffect } from '../../lifecycle/types.ts';
import { DeleteClientEffect, EraseEffect } from './close.ts';
import { MintEffect } from './mint.ts';
import { RegisterEffect } from './register.ts';
import { introspectEffect, probeEffect, revokeEffect } from './verify.ts';
import type { ILeaseWorld } from './world.ts';

export type { ILeaseWorld } from './world.ts';

export type LeaseIntentKind =
  | 'register'
  | 'mint'
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
    register: new RegisterEffect(world),
    mint: new MintEffect(world),
    revoke: revokeEffect(world),
    probe: probeEffect(world),
    introspect: introspectEffect(world),
    delete_client: new DeleteClientEffect(world),
    erase: new EraseEffect(world)
  };
}
