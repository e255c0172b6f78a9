import { startPlatform, type IPlatform } from '@jupyterlab-batch/platform';
import { expect, it, onTestFinished } from 'vitest';

import { createProvider } from '../../src/identity/create.ts';
import type { ILeaseProvider } from '../../src/leases/ports.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Driver } from './driver.ts';

/** An entry of one name; the operator may point it at another issuer. */
function entryAt(platform: IPlatform, clock: () => number): ILeaseProvider {
  return createProvider(
    'platform',
    {
      provider: 'oauth2',
      issuer: platform.url,
      scopes: ['jobs:read'],
      trusted_user: true,
      resource_probe: `${platform.url}/api/me`,
      registration_token_file: '/registration'
    },
    {
      clock,
      timeoutMs: 2000,
      readSecretFile: async () => new Secret(platform.initialAccessToken)
    }
  );
}

async function started(): Promise<IPlatform> {
  const platform = await startPlatform();
  onTestFinished(() => platform.close());
  return platform;
}

it('calls nothing dead by the word of another issuer, and goes on with its own', async () => {
  const [own, other] = [await started(), await started()];
  const clock = (): number => driver.now;
  const entry = (platform: IPlatform) => entryAt(platform, clock);
  let configured = entry(own);
  // As after a restart with another configuration.
  const driver: Driver = new Driver(
    new Proxy(configured, {
      get(_, key) {
        const found: unknown = Reflect.get(configured, key);
        return typeof found === 'function'
          ? (found.bind(configured) as unknown)
          : found;
      }
    }),
    { now: Date.now() }
  );
  const idle = () => driver.pending.length === 0;
  driver.send({ type: 'provision' });
  await driver.settle(idle);
  driver.send({ type: 'armed' });
  driver.send({ type: 'claim', attempt: 1, deadline: driver.now + 600_000 });
  await driver.settle(idle);
  const alive = () => own.inventory().tokens.map(token => token.alive);
  configured = entry(other);
  driver.send({ type: 'drain', why: 'the job ended' });
  await driver.settle(() => driver.rows.length > 20);
  expect(alive()).toEqual([true]);
  expect(driver.lease.tokens[0]?.end).toBeNull();
  expect(driver.lease.problem).toContain('has another issuer there');
  // No secret of one was ever shown to the other.
  expect(other.inventory().log).toEqual([]);
  configured = entry(own);
  await driver.settle(() => driver.lease.closedAt !== null);
  expect(driver.lease.tokens[0]?.end).toBe('dead_at_resource');
  expect(own.inventory()).toMatchObject({ clients: [] });
  expect([...driver.violations]).toEqual([]);
});
