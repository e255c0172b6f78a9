import { describe, expect, it } from 'vitest';

import { leaseSummary } from '../../src/leases/view.ts';
import {
  SHARED,
  claim,
  close,
  done,
  idle,
  platform,
  signal,
  stage,
  use
} from './stage.ts';

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
    const { driver, service } = await stage({
      tokens: 'jwt_stateless',
      ttl: 1
    });
    await claim(driver);
    const { access_token } = await service.token('lease-1', 0, signal);
    await service.settled();
    driver.send({ type: 'drain', why: 'the job ended' });
    await driver.settle(() => driver.lease.clientDeletedAt !== null);
    expect(driver.lease.tokens[0]?.end).toBeNull();
    expect(leaseSummary(driver.lease).state).toBe('VERIFYING');
    // The resource keeps real time.
    await expect
      .poll(async () => (await use(access_token)).status, { timeout: 10_000 })
      .toBe(401);
    await driver.settle(() => driver.lease.closedAt !== null);
    expect(leaseSummary(driver.lease).end).toBe('dead_at_resource');
  });

  it('does not call a token dead that works after its expiry', async () => {
    const { driver } = await stage({ tokens: 'jwt_stateless', ttl: 60 });
    await claim(driver);
    // The broker's clock runs ahead of the platform's.
    driver.now = (driver.lease.tokens[0]?.expiresAt ?? 0) + 60_000;
    driver.send({ type: 'drain', why: 'the job ended' });
    await driver.settle(() => driver.lease.closedAt !== null);
    expect(leaseSummary(driver.lease)).toMatchObject({
      end: 'unconfirmed',
      verified_at: null,
      problem: 'token 1 still works after its expiry'
    });
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
