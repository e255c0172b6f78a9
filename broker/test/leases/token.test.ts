import { BatchError } from '@jupyterlab-batch/protocol';
import { describe, expect, it, vi } from 'vitest';

import type { ILeaseDoc } from '../../src/leases/doc.ts';
import { LeaseService } from '../../src/leases/service.ts';
import { leaseSummary } from '../../src/leases/view.ts';
import { vault } from './driver.ts';
import { LyingProvider, Tape } from './lying-provider.ts';
import { HONEST } from './world.ts';
import { claim, close, idle, platform, signal, stage, use } from './stage.ts';

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
    const asked = driver.rows.filter(({ event }) => event === 'renew');
    expect(asked.map(({ fits }) => fits)).toEqual([true]);
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

  it('gives what was renewed also to who hears of it when it is half over', async () => {
    const { driver, service } = await stage({ ttl: 60 });
    await claim(driver);
    driver.now += 55_000;
    const asking = service.token('lease-1', 50, signal);
    await vi.waitFor(() => expect(driver.pending).not.toEqual([]));
    const [mint] = driver.ready;
    if (!mint) {
      throw new Error('no mint');
    }
    await driver.begin(mint);
    driver.land(mint.id);
    // Before anybody looks, most of its life is over.
    driver.now += 55_000;
    const { expires_at } = await asking;
    expect(Date.parse(expires_at ?? '') - driver.now).toBeLessThan(20_000);
    expect(driver.lease.tokens).toHaveLength(2);
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

  it('refuses what was issued before the line, whatever state it is in', async () => {
    const { driver } = await stage();
    const issued = driver.now;
    await claim(driver);
    const token = (line: number) =>
      new LeaseService({
        dispatcher: driver,
        store: driver,
        providers: new Map(),
        vault,
        clock: () => driver.now,
        notBefore: async () => line
      }).token('lease-1', 0, signal);
    await expect(token(issued)).rejects.toMatchObject({ code: 'over' });
    expect((await token(issued - 1)).token_type).toBe('Bearer');
    await close(driver);
  });

  it('holds what was issued after the line, also where the clock was set back', async () => {
    const { driver } = await stage();
    const hour = 3_600_000;
    let state: ILeaseDoc | null = null;
    const service: LeaseService = new LeaseService({
      dispatcher: driver,
      store: { read: async () => state, watch: () => () => undefined },
      providers: new Map([
        ['simulated', new LyingProvider(HONEST, new Tape([]), () => driver.now)]
      ]),
      vault,
      clock: () => driver.now,
      notBefore: async () => driver.now + hour
    });
    state = (await service.create('run-1', 'simulated')).state;
    // Not refused for good: it waits for its permit like any other.
    const refused = service.token(state?.id ?? '', 0, signal);
    await expect(refused).rejects.toMatchObject({ code: 'not_yet' });
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
