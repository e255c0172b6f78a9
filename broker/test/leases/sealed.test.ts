import { expect, it } from 'vitest';

import { secretsIn } from '../../src/leases/effects/index.ts';
import { sealClient } from '../../src/leases/effects/world.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Driver, vault } from './driver.ts';
import { LyingProvider, Tape } from './lying-provider.ts';
import { HONEST } from './world.ts';

it('names each secret of a sealed client, so that a log line can be rid of it', async () => {
  const provider = new LyingProvider(HONEST, new Tape([]), () => 0);
  const driver = new Driver(provider);
  const world = {
    store: driver,
    providers: new Map(),
    vault,
    erase: async () => undefined,
    random: () => 0,
    clock: () => 0
  };
  const sealed = await sealClient(world, driver.lease, {
    id: 'client-1',
    secret: new Secret('its secret'),
    management: { uri: 'https://p/reg/1', token: new Secret('its token') },
    expiresAt: null
  });
  const value = vault.unseal(driver.lease, 'client', sealed);
  const revealed = (field: string, of: Secret) =>
    secretsIn(field, of).map(secret => secret.reveal());
  expect(revealed('client', value)).toEqual(['its secret', 'its token']);
  expect(revealed('token', new Secret('a token'))).toEqual(['a token']);
});
