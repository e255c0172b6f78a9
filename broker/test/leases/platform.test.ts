import {
  startPlatform,
  type IPlatform,
  type IPlatformOptions
} from '@jupyterlab-batch/platform';
import { BatchError } from '@jupyterlab-batch/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { createProvider } from '../../src/identity/create.ts';
import { LeaseService } from '../../src/leases/service.ts';
import { leaseSummary } from '../../src/leases/view.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Driver, vault } from './driver.ts';

const SHARED = { id: 'community', secret: 'the-shared-secret' };
const signal = AbortSignal.timeout(60_000);

let platform: IPlatform;

interface IStage {
  readonly driver: Driver;
  readonly service: LeaseService;
}

async function stage(
  options: IPlatformOptions = {},
  probe = true
): Promise<IStage> {
  platform = await startPlatform(options);
  const provider = createProvider(
    'platform',
    {
      provider: 'oauth2',
      issuer: platform.url,
      scopes: ['jobs:read', 'meta:write'],
      trusted_user: true,
      resource_probe: probe ? `${platform.url}/api/me` : null,
      ...(options.sharedClient
        ? {
            client: 'shared' as const,
            client_id: SHARED.id,
            client_secret_file: '/secret'
          }
        : { registration_token_file: '/registration' })
    },
    {
      clock: Date.now,
      timeoutMs: 2000,
      readSecretFile: async path =>
        new Secret(
          path === '/secret' ? SHARED.secret : platform.initialAccessToken
        )
    }
  );
  const driver = new Driver(provider, { now: Date.now() });
  const service = new LeaseService({
    dispatcher: driver,
    store: driver,
    providers: new Map([['platform', provider]]),
    vault,
    clock: () => driver.now,
    patienceMs: 3000
  });
  return { driver, service };
}

const idle = (driver: Driver) => () => driver.pending.length === 0;

async function claim(driver: Driver): Promise<void> {
  driver.send({ type: 'provision' });
  await driver.settle(idle(driver));
  driver.send({ type: 'armed' });
  driver.send({ type: 'claim', attempt: 1, deadline: driver.now + 600_000 });
  await driver.settle(idle(driver));
}

async function close(driver: Driver): Promise<void> {
  driver.send({ type: 'drain', why: 'the job ended' });
  await driver.settle(() => driver.lease.closedAt !== null);
}

const use = (token: string) =>
  fetch(`${platform.url}/api/results`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json'
    },
    body: '{"height": 4.0}'
  });

const done = (what: string) =>
  platform
    .inventory()
    .log.map(entry => entry.what)
    .indexOf(what);

afterEach(() => platform.close());

describe('a lease against the real platform', () => {
  it('lives from registration to an empty inventory', async () => {
    const { driver, service } = await stage();
    await claim(driver);
    expect(platform.inventory().clients).toMatchObject([{ name: 'lease-1' }]);
    const { access_token, expires_at } = await service.token(
      'lease-1',
      60,
      signal
    );
    expect(Date.parse(expires_at ?? '')).toBeGreaterThan(driver.now);
    expect((await use(access_token)).status).toBe(201);
    expect(platform.results).toMatchObject([{ result: { height: 4 } }]);
    await service.settled();

    await close(driver);
    expect((await use(access_token)).status).toBe(401);
    const inventory = platform.inventory();
    expect(inventory.clients).toEqual([]);
    expect(inventory.tokens.filter(token => token.alive)).toEqual([]);
    expect(done('token_revoked')).toBeGreaterThan(0);
    expect(done('token_revoked')).toBeLessThan(done('client_deleted'));
    expect(leaseSummary(driver.lease)).toMatchObject({
      state: 'CLOSED',
      end: 'dead_at_resource',
      used: 1,
      problem: null
    });
    const { registered_at, minted_at, revoked_at, verified_at } = leaseSummary(
      driver.lease
    );
    expect([registered_at, minted_at, revoked_at, verified_at]).not.toContain(
      null
    );
    expect(driver.erasures).toEqual(['lease-1']);
    expect(JSON.stringify([driver.lease, driver.rows])).not.toContain(
      access_token
    );
    expect(driver.sends.map(send => send.event.type)).toEqual([
      'lease_ready',
      'lease_closed'
    ]);
  });

  it('calls a signed token dead at its issuer, and no more', async () => {
    const { driver } = await stage({ tokens: 'jwt' });
    await claim(driver);
    await close(driver);
    expect(leaseSummary(driver.lease)).toMatchObject({
      end: 'dead_at_issuer',
      verified_at: null,
      state: 'CLOSED'
    });
    expect(platform.inventory().tokens.map(token => token.alive)).toEqual([
      false
    ]);
    expect(platform.inventory().clients).toEqual([]);
  });

  it('takes the word of the issuer for an opaque token', async () => {
    const { driver } = await stage({}, false);
    await claim(driver);
    await close(driver);
    expect(leaseSummary(driver.lease).end).toBe('dead_at_resource');
  });

  it('waits out a token that cannot be revoked, its client gone', async () => {
    const { driver } = await stage({ tokens: 'jwt_stateless', ttl: 60 });
    await claim(driver);
    const expiry = driver.lease.tokens[0]?.expiresAt ?? 0;
    driver.send({ type: 'drain', why: 'the job ended' });
    await driver.settle(() => driver.lease.clientDeletedAt !== null);
    expect(driver.now).toBeLessThan(expiry);
    expect(leaseSummary(driver.lease).state).toBe('VERIFYING');
    await driver.settle(() => driver.lease.closedAt !== null);
    expect(driver.now).toBeGreaterThan(expiry);
    expect(leaseSummary(driver.lease).end).toBe('expired');
  });

  it('leaves a shared client alone', async () => {
    const { driver, service } = await stage({ sharedClient: SHARED });
    await claim(driver);
    const { access_token } = await service.token('lease-1', 0, signal);
    expect((await use(access_token)).status).toBe(201);
    await close(driver);
    expect((await use(access_token)).status).toBe(401);
    expect(leaseSummary(driver.lease)).toMatchObject({
      client: 'shared',
      registered_at: null,
      client_deleted_at: null,
      end: 'dead_at_resource'
    });
  });

  it('says so when the registration token is wrong', async () => {
    const { driver, service } = await stage({
      fault: ({ path }) =>
        path === '/reg'
          ? { kind: 'answer', status: 401, body: '{"error":"invalid_token"}' }
          : undefined
    });
    driver.send({ type: 'provision' });
    await driver.settle(idle(driver));
    expect(driver.sends.map(send => send.event)).toMatchObject([
      { type: 'lease_failed', code: 'identity_refused' },
      { type: 'lease_closed' }
    ]);
    expect(driver.lease.closedAt).not.toBeNull();
    await expect(service.token('lease-1', 0, signal)).rejects.toMatchObject({
      problem: { code: 'identity_refused' }
    });
  });

  it('waits two minutes for a provider that is away, then gives up', async () => {
    const { driver } = await stage({
      fault: () => ({ kind: 'answer', status: 503, body: '' })
    });
    const start = driver.now;
    driver.send({ type: 'provision' });
    await driver.settle(idle(driver));
    expect(driver.sends.map(send => send.event)).toMatchObject([
      { type: 'lease_failed', code: 'identity_unavailable' },
      { type: 'lease_closed' }
    ]);
    expect(driver.now - start).toBeGreaterThanOrEqual(120_000);
    expect(driver.now - start).toBeLessThan(200_000);
  });

  it('revokes again when the first time did nothing, and says so', async () => {
    let lies = 2;
    const { driver } = await stage({
      fault: ({ path }) => {
        lies -= path === '/token/revocation' ? 1 : 0;
        return path === '/token/revocation' && lies >= 0
          ? { kind: 'answer', status: 200, body: '' }
          : undefined;
      }
    });
    await claim(driver);
    driver.send({ type: 'drain', why: 'the job ended' });
    await driver.settle(() => driver.lease.problem !== null);
    expect(driver.lease.problem).toMatch(/still works after an accepted/);
    await driver.settle(() => driver.lease.closedAt !== null);
    expect(leaseSummary(driver.lease)).toMatchObject({
      end: 'dead_at_resource',
      problem: null
    });
    expect(driver.lease.tokens[0]?.refuted).toBe(2);
  });

  it('revokes what a lost drain overtook', async () => {
    const { driver } = await stage();
    driver.send({ type: 'provision' });
    await driver.settle(idle(driver));
    driver.send({ type: 'armed' });
    driver.send({ type: 'claim', attempt: 1, deadline: driver.now + 60_000 });
    const [mint] = driver.ready;
    if (!mint) {
      throw new Error('nothing to mint');
    }
    await driver.begin(mint);
    driver.send({ type: 'drain', why: 'cancelled' });
    expect(leaseSummary(driver.lease).state).toBe('DRAINING');
    expect(platform.inventory().tokens[0]?.alive).toBe(true);
    await driver.settle(() => driver.lease.closedAt !== null);
    expect(platform.inventory().tokens[0]?.alive).toBe(false);
    expect(platform.inventory().clients).toEqual([]);
    expect(driver.lease.orphans).toEqual([]);
  });

  it('names a token whose reply was lost', async () => {
    let lose = true;
    const { driver } = await stage({
      ttl: 100,
      fault: ({ path }) => {
        const now = lose && path === '/token';
        lose &&= !now;
        return now ? { kind: 'lose_reply' } : undefined;
      }
    });
    await claim(driver);
    await close(driver);
    const alive = platform.inventory().tokens.filter(token => token.alive);
    expect(alive).toHaveLength(1);
    expect(driver.lease.orphans).toMatchObject([{ kind: 'token' }]);
    const [orphan] = driver.lease.orphans;
    expect((orphan?.expiresAt ?? 0) - (orphan?.since ?? 0)).toBeLessThan(
      101_000
    );
  });
});

describe('asking for the token', () => {
  it('renews once for many, and the old one dies too', async () => {
    const { driver, service } = await stage({ ttl: 300 });
    await claim(driver);
    const first = await service.token('lease-1', 60, signal);
    driver.now += 290_000;
    const asking = Promise.all(
      [1, 2, 3, 4].map(() => service.token('lease-1', 60, signal))
    );
    await vi.waitFor(() => expect(driver.pending).not.toEqual([]));
    await driver.settle(() => driver.lease.tokens.length === 2);
    const replies = await asking;
    expect(new Set(replies.map(reply => reply.access_token)).size).toBe(1);
    expect(replies[0]?.access_token).not.toBe(first.access_token);
    expect(platform.inventory().tokens).toHaveLength(2);
    await driver.settle(idle(driver));
    expect(leaseSummary(driver.lease).state).toBe('ACTIVE');
    expect((await use(first.access_token)).status).toBe(401);
    expect((await use(replies[0]?.access_token ?? '')).status).toBe(201);
    await service.settled();
    expect(driver.lease.used).toBe(5);
    await close(driver);
    expect(platform.inventory().tokens.some(token => token.alive)).toBe(false);
  });

  it('does not renew for ever when tokens are shorter than wished', async () => {
    const { driver, service } = await stage({ ttl: 60 });
    await claim(driver);
    const one = await service.token('lease-1', 3600, signal);
    const two = await service.token('lease-1', 3600, signal);
    expect(two.access_token).toBe(one.access_token);
  });

  it('refuses before the permit and after the end', async () => {
    const { driver, service } = await stage();
    const code = async () => {
      try {
        await service.token('lease-1', 0, signal);
        return 'given';
      } catch (error) {
        return error instanceof BatchError ? error.problem.code : error;
      }
    };
    driver.send({ type: 'provision' });
    await driver.settle(idle(driver));
    expect(await code()).toBe('not_yet');
    driver.send({ type: 'armed' });
    driver.send({ type: 'claim', attempt: 1, deadline: driver.now + 60_000 });
    await driver.settle(idle(driver));
    expect(await code()).toBe('given');
    driver.send({ type: 'drain', why: 'the job ended' });
    expect(await code()).toBe('over');
    await driver.settle(() => driver.lease.closedAt !== null);
    expect(await code()).toBe('over');
  });

  it('says when to come back while the provider is away', async () => {
    let away = false;
    const { driver, service } = await stage({
      fault: ({ path }) =>
        away && path === '/token'
          ? { kind: 'answer', status: 503, body: '' }
          : undefined
    });
    driver.send({ type: 'provision' });
    await driver.settle(idle(driver));
    away = true;
    driver.send({ type: 'armed' });
    driver.send({ type: 'claim', attempt: 1, deadline: driver.now + 60_000 });
    await driver.settle(() => driver.lease.waiting !== null);
    const early = AbortSignal.timeout(50);
    await expect(service.token('lease-1', 0, early)).rejects.toMatchObject({
      problem: { code: 'provider_unavailable', retry_after: 5 }
    });
    away = false;
    const late = service.token('lease-1', 0, signal);
    await driver.settle(idle(driver));
    expect((await late).token_type).toBe('Bearer');
  });
});

describe('killed between any two steps', () => {
  /** Runs the whole life; dies at the k-th chance. @returns what died */
  async function dying(driver: Driver, k: number): Promise<string | null> {
    let chances = 0;
    let died: string | null = null;
    const chance = (where: string): boolean => {
      const now = chances === k;
      chances += 1;
      if (now) {
        died = where;
        driver.crash();
      }
      return now;
    };
    const steps = async (isDone: () => boolean) => {
      while (!isDone()) {
        const [intent] = driver.ready;
        if (!intent) {
          expect(driver.pending).not.toEqual([]);
          driver.now = Math.min(...driver.pending.map(one => one.due));
          continue;
        }
        chance(`before ${intent.kind}`);
        const [again] = driver.ready;
        await driver.begin(again ?? intent);
        if (!chance(`after ${intent.kind}`)) {
          driver.land((again ?? intent).id);
        }
      }
    };
    driver.send({ type: 'provision' });
    await steps(() => driver.lease.phase === 'READY');
    driver.send({ type: 'armed' });
    driver.send({ type: 'claim', attempt: 1, deadline: driver.now + 600_000 });
    await steps(() => driver.lease.tokens.length > 0);
    driver.send({ type: 'drain', why: 'the job ended' });
    await steps(() => driver.lease.closedAt !== null);
    return died;
  }

  it.each(['opaque', 'jwt'] as const)(
    'leaves nothing but what it names (%s)',
    async tokens => {
      const deaths: string[] = [];
      for (let k = 0; ; k += 1) {
        const { driver } = await stage({ tokens });
        const died = await dying(driver, k);
        const { lease } = driver;
        const { clients, tokens: issued } = platform.inventory();
        const lost = (kind: string) =>
          lease.orphans.filter(orphan => orphan.kind === kind).length;
        expect([...driver.violations]).toEqual([]);
        // The client of a lost reply is there, and it is named.
        expect(clients.length).toBeLessThanOrEqual(lost('client'));
        const alive = issued.filter(token => token.alive).length;
        expect(alive).toBeLessThanOrEqual(lost('token'));
        if (died !== 'after register' && died !== 'before register') {
          expect(lost('client')).toBe(0);
        }
        if (died !== 'after mint' && died !== 'before mint') {
          expect(lost('token')).toBe(0);
        }
        if (died === null) {
          break;
        }
        deaths.push(died);
        await platform.close();
      }
      expect(deaths).toEqual(
        expect.arrayContaining(
          ['register', 'mint', 'revoke', 'probe', 'delete_client', 'erase']
            .flatMap(kind => [`before ${kind}`, `after ${kind}`])
            .concat(tokens === 'jwt' ? ['after introspect'] : [])
        )
      );
    },
    60_000
  );
});
