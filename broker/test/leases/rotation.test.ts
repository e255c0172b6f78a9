import { randomBytes } from 'node:crypto';

import { expect, it } from 'vitest';

import type { ILeaseDoc } from '../../src/leases/doc.ts';
import { MintEffect } from '../../src/leases/effects/mint.ts';
import { RegisterEffect } from '../../src/leases/effects/register.ts';
import type { ILeaseWorld } from '../../src/leases/effects/world.ts';
import type { IIntent } from '../../src/lifecycle/types.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Vault } from '../../src/secrets/vault.ts';

/** A lease whose provider takes long enough for a whole rotation of the key. */
function rotatedMeanwhile() {
  const vault = new Vault([randomBytes(32)], randomBytes(32));
  const lease: Record<string, unknown> = {
    id: 'lease',
    key: vault.newKey('lease'),
    provider: 'platform',
    scopes: [],
    held: null,
    drained: null,
    profile: null,
    deadline: null
  };
  const rotate = <T>(value: T) => {
    vault.turnTo(randomBytes(32));
    lease.key = vault.rewrap(owner());
    vault.forgetOld();
    return Promise.resolve({ kind: 'ok', value });
  };
  const owner = () => ({ id: 'lease', key: lease.key as string });
  const world = {
    vault,
    clock: Date.now,
    random: () => 0,
    store: {
      read: () => Promise.resolve({ ...lease } as unknown as ILeaseDoc)
    },
    providers: new Map([
      [
        'platform',
        {
          client: 'per_lease',
          profile: () => Promise.resolve({ kind: 'ok', value: {} }),
          createClient: () =>
            rotate({
              id: 'c',
              secret: new Secret('of c'),
              management: null,
              expiresAt: null
            }),
          mint: () =>
            rotate({
              token: new Secret('the token'),
              expiresAt: null,
              scopes: [],
              selfContained: false
            })
        }
      ]
    ])
  } as unknown as ILeaseWorld;
  return { vault, owner, world };
}

const intent = { id: 1, subject: 'lease', tries: 0, due: 1 } as IIntent;
const never = new AbortController().signal;

it('keeps a token that came while the key was changed', async () => {
  const { vault, owner, world } = rotatedMeanwhile();
  const outcome = await new MintEffect(world).perform(intent, never);
  expect(outcome).toMatchObject({ event: { type: 'minted' } });
  const { grant } = (
    outcome as unknown as { event: { grant: { sealed: string } } }
  ).event;
  expect(vault.unseal(owner(), 'token', grant.sealed).reveal()).toBe(
    'the token'
  );
});

it('keeps a client that was registered while the key was changed', async () => {
  const { vault, owner, world } = rotatedMeanwhile();
  const outcome = await new RegisterEffect(world).perform(intent, never);
  expect(outcome).toMatchObject({ event: { type: 'registered' } });
  const { client } = (outcome as unknown as { event: { client: string } })
    .event;
  expect(vault.unseal(owner(), 'client', client).reveal()).toContain('of c');
});
