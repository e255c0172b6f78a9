import { startPlatform, type IPlatform } from '@jupyterlab-batch/platform';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { createProvider } from '../../src/identity/create.ts';
import type { IIdentityProvider } from '../../src/identity/provider.ts';
import { leaseSummary } from '../../src/leases/view.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Driver } from '../leases/driver.ts';
import {
  startProxy,
  type Chaos,
  type Door,
  type Endpoint,
  type IProxy
} from './proxy.ts';
import {
  LIFE_S,
  rowsOf,
  SECONDS,
  WORLDS,
  type IRow,
  type IWorld
} from './rows.ts';

const SHARED = { id: 'community', secret: 'the-shared-secret' };
/** ms; how long a request is waited for, and one that is known to hang */
const PATIENT = 5000;
const HASTY = 5;
/** From the end of the trouble to the end of the lease: a pause, and some calls. */
const SOON = 65_000;
/** From the end of the job, or of what kept a revocation from being made (DESIGN §8). */
const PROMISED = 30_000;

let platform: IPlatform;
let proxy: IProxy;
let driver: Driver;
let world: IWorld;
let row: IRow;
/** when it began, by the clock that broker and provider share */
let since: number | null;

// Broker and provider go by one clock, which jumps from one due time to the next.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterAll(() => {
  vi.useRealTimers();
});

const fate = (door: Door): Chaos | null => {
  if (door !== row.at) {
    return null;
  }
  since ??= driver.now;
  return driver.now - since <= row.ms ? row.chaos : null;
};

function providerOf(timeoutMs: number): IIdentityProvider {
  return createProvider(
    'platform',
    {
      provider: 'oauth2',
      issuer: proxy.url,
      scopes: ['jobs:read', 'meta:write'],
      trusted_user: true,
      resource_probe: `${proxy.url}/api/me`,
      renewal: world.refresh ? 'refresh' : 'mint',
      ...(world.client === 'shared'
        ? {
            client: 'shared' as const,
            client_id: SHARED.id,
            client_secret_file: '/shared'
          }
        : { registration_token_file: '/registration' })
    },
    {
      clock: () => driver.now,
      timeoutMs,
      readSecretFile: async path =>
        new Secret(
          path === '/shared' ? SHARED.secret : platform.initialAccessToken
        ),
      fetch: (address, init) => {
        vi.setSystemTime(driver.now);
        const { method = 'GET', body } = init ?? {};
        const form = body instanceof URLSearchParams ? body.toString() : '';
        const endpoint = proxy.endpointOf(method, address, form);
        const chaos = endpoint && fate(endpoint);
        return fetch(
          chaos?.kind === 'tls' ? proxy.untrusted(address) : address,
          init
        );
      }
    }
  );
}

async function begin(of: IRow): Promise<void> {
  row = of;
  since = null;
  const patient = providerOf(PATIENT);
  const slow = of.chaos.kind === 'hang' || of.chaos.kind === 'drip';
  const hasty = slow ? providerOf(HASTY) : patient;
  const through = (endpoint: Endpoint): IIdentityProvider =>
    slow && fate(endpoint) ? hasty : patient;
  const provider: IIdentityProvider = {
    name: 'platform',
    client: world.client,
    issuer: patient.issuer,
    scopes: patient.scopes,
    profile: signal => patient.profile(signal),
    createClient: (...asked) => through('register').createClient(...asked),
    mint: (...asked) => through('mint').mint(...asked),
    refresh: (...asked) => through('refresh').refresh(...asked),
    revoke: (...asked) => through('revoke').revoke(...asked),
    probe: (...asked) => through('probe').probe(...asked),
    introspect: (...asked) => through('introspect').introspect(...asked),
    deleteClient: (...asked) => through('delete').deleteClient(...asked)
  };
  driver = new Driver(provider, { now: Date.now() });
  // Its metadata is no endpoint of the matrix: known before there is any trouble.
  for (const one of [hasty, patient]) {
    await expect
      .poll(
        async () => (await one.profile(AbortSignal.timeout(PATIENT))).kind,
        {
          interval: 1,
          timeout: 20_000
        }
      )
      .toBe('ok');
  }
}

/**
 * The whole life of a lease, as far as it gets.
 *
 * @returns when the platform last took a token that was not named as lost
 */
async function live(before: number): Promise<number> {
  const idle = () => driver.pending.length === 0;
  driver.send({ type: 'provision' });
  await driver.settle(idle);
  if (driver.lease.drained === null) {
    driver.send({ type: 'armed' });
    const deadline = driver.now + 600_000;
    driver.send({ type: 'claim', attempt: 1, deadline });
    await driver.settle(idle);
  }
  if (world.refresh && driver.lease.drained === null) {
    driver.send({ type: 'renew' });
    await driver.settle(idle);
  }
  driver.send({ type: 'drain', why: 'the job ended' });
  let lastAlive = driver.now;
  await driver.settle(() => {
    vi.setSystemTime(driver.now);
    const { tokens } = platform.inventory();
    const alive = tokens.slice(before).filter(token => token.alive).length;
    if (alive > (world.refresh ? 2 : 1) * lost('token')) {
      lastAlive = driver.now;
    }
    return driver.lease.closedAt !== null;
  }, 10_000);
  return lastAlive;
}

const lost = (kind: string): number =>
  driver.lease.orphans.filter(orphan => orphan.kind === kind).length;

async function secrets(): Promise<string[]> {
  const answer = await fetch(`${platform.url}/_secrets`, {
    headers: { authorization: `Bearer ${platform.adminKey}` }
  });
  return ((await answer.json()) as { secrets: string[] }).secrets;
}

describe.each(WORLDS)('a lease whose provider fails: $name', of => {
  beforeAll(async () => {
    world = of;
    platform = await startPlatform({
      ttl: LIFE_S,
      tokens: of.tokens,
      ...(of.refresh ? { refresh: of.refresh } : {}),
      ...(of.client === 'shared' ? { sharedClient: SHARED } : {})
    });
    proxy = await startProxy(platform.url, fate);
  });
  afterAll(async () => {
    await proxy.close();
    await platform.close();
  });

  it.each(rowsOf(of))(
    '$name',
    async one => {
      const before = platform.inventory();
      await begin(one);
      const lastAlive = await live(before.tokens.length);
      const { lease } = driver;
      const { end, problem } = leaseSummary(lease);
      expect([...driver.violations]).toEqual([]);
      expect({ closed: lease.closedAt !== null, end }, problem ?? '').toEqual({
        closed: true,
        end: one.end
      });
      expect(since, 'the trouble was met').not.toBeNull();
      const revokes = of.tokens !== 'jwt_stateless';
      if (
        revokes &&
        one.ms === SECONDS &&
        (one.at === 'revoke' || one.at === 'delete')
      ) {
        const over = (since ?? 0) + one.ms;
        expect((lease.closedAt ?? 0) - over).toBeLessThan(SOON);
      }
      if (revokes && lease.drainedAt !== null) {
        const over = one.at === 'revoke' ? (since ?? 0) + one.ms : 0;
        const from = Math.max(lease.drainedAt, over);
        expect(lastAlive - from).toBeLessThanOrEqual(PROMISED);
      }

      vi.setSystemTime(driver.now);
      const after = platform.inventory();
      const known = new Set(before.clients.map(client => client.id));
      const clients = after.clients.filter(client => !known.has(client.id));
      const tokens = after.tokens.slice(before.tokens.length);
      expect(clients.length).toBeLessThanOrEqual(lost('client'));
      // One that works after its expiry is called unconfirmed, and is.
      const unsure = lease.tokens.filter(
        ({ end: how }) => how === 'unconfirmed'
      );
      expect(tokens.filter(token => token.alive).length).toBeLessThanOrEqual(
        // A refresh token may have been lost with it.
        (of.refresh ? 2 : 1) * lost('token') + unsure.length
      );
      const [least, most] = one.lost ?? [0, 0];
      expect(lease.orphans.length).toBeGreaterThanOrEqual(least);
      expect(lease.orphans.length).toBeLessThanOrEqual(most);

      const told = JSON.stringify([lease, driver.rows, driver.sends]);
      const found = (await secrets()).filter(
        secret => secret !== '' && told.includes(secret)
      );
      expect(found).toEqual([]);
    },
    60_000
  );
});
