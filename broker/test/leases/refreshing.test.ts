import { describe, expect, it, vi } from 'vitest';

import { leaseSummary } from '../../src/leases/view.ts';
import type { Driver } from './driver.ts';
import {
  SHARED,
  claim,
  close,
  done,
  idle,
  platform,
  signal,
  stage,
  use,
  type IStage
} from './stage.ts';

const ROTATING = { refresh: 'rotating', ttl: 300 } as const;
/** The token is short enough now to be followed by another one. */
const AGE = 290_000;

/** Asks for the token once it is old; performs what that takes. */
async function renewed({ driver, service }: IStage): Promise<string> {
  driver.now += AGE;
  const asking = service.token('lease-1', 60, signal);
  asking.catch(() => undefined);
  await vi.waitFor(() => expect(driver.pending).not.toEqual([]));
  await driver.settle(idle(driver));
  return (await asking).access_token;
}

const kinds = (driver: Driver) =>
  driver.lease.tokens.map(({ refresh, end }) => [
    refresh ? 'refresh' : 'access',
    end
  ]);
const alive = () => platform.inventory().tokens.filter(token => token.alive);
const log = () => platform.inventory().log.map(entry => entry.what);

describe('refresh tokens of a provider that rotates them', () => {
  it('give the next token, and none of them leaves the broker', async () => {
    const on = await stage(ROTATING, true, null, 'refresh');
    await claim(on.driver);
    const first = (await on.service.token('lease-1', 60, signal)).access_token;
    const second = await renewed(on);
    const third = await renewed(on);
    expect(new Set([first, second, third]).size).toBe(3);
    expect((await use(third)).status).toBe(201);
    expect(on.driver.lease.generation).toBe(2);
    // One grant: a refresh does not ask for another.
    expect(log().filter(what => what === 'refresh_rotated')).toHaveLength(2);
    await on.service.settled();
    const given = (await on.service.secrets('lease-1')).map(s => s.reveal());
    expect(given).toEqual([first, second, third]);

    await close(on.driver);
    expect(alive()).toEqual([]);
    expect(platform.inventory().clients).toEqual([]);
    expect(leaseSummary(on.driver.lease)).toMatchObject({
      end: 'dead_at_resource',
      problem: null
    });
    expect([...on.driver.violations]).toEqual([]);
  });

  it('are revoked before the tokens, and both are proved dead', async () => {
    const on = await stage(ROTATING, true, null, 'refresh');
    await claim(on.driver);
    await renewed(on);
    await on.service.settled();
    on.driver.send({ type: 'drain', why: 'the job ended' });
    // Nothing else is asked for before the refresh token in use has had its try.
    expect(
      on.driver.ready.map(({ kind, payload }) => [kind, payload.n])
    ).toEqual([['revoke', 4]]);
    await on.driver.settle(() => on.driver.lease.closedAt !== null);
    expect(done('refresh_revoked')).toBeGreaterThan(0);
    expect(done('refresh_revoked')).toBeLessThan(done('client_deleted'));
    expect(kinds(on.driver)).toEqual([
      ['access', 'dead_at_resource'],
      ['refresh', 'dead_at_resource'],
      ['access', 'dead_at_resource'],
      ['refresh', 'dead_at_resource']
    ]);
    expect(on.driver.lease.tokens.every(token => token.disowned)).toBe(true);
  });

  it('are used up by one call, however many ask', async () => {
    const on = await stage(ROTATING, true, null, 'refresh');
    await claim(on.driver);
    on.driver.now += AGE;
    const asking = Promise.all(
      Array.from({ length: 64 }, () => on.service.token('lease-1', 60, signal))
    );
    await vi.waitFor(() => expect(on.driver.pending).not.toEqual([]));
    await on.driver.settle(idle(on.driver));
    const given = new Set((await asking).map(reply => reply.access_token));
    expect(given.size).toBe(1);
    expect(log().filter(what => what === 'refresh_rotated')).toHaveLength(1);
  });

  it('land on the generation that they were begun with, else they die', async () => {
    const { driver } = await stage(ROTATING, true, null, 'refresh');
    await claim(driver);
    driver.send({ type: 'renew' });
    const [intent] = driver.ready;
    expect(intent).toMatchObject({
      kind: 'refresh',
      payload: { generation: 0 }
    });
    if (!intent) {
      throw new Error('nothing to refresh');
    }
    await driver.begin(intent);
    driver.land(intent.id);
    expect(driver.lease.generation).toBe(1);
    // The same outcome again: another broker's, over the same row.
    driver.send({ type: 'renew' });
    expect(
      driver.send({ type: 'refreshed', generation: 0, grant: STRAY })
    ).toBe(true);
    expect(driver.lease.generation).toBe(1);
    expect(driver.lease.minting).toBe(true);
    expect(driver.lease.tokens.at(-1)).toMatchObject({ superseded: true });
  });
});

const STRAY = {
  sealed: '2.AAAA',
  mark: 'hmac:stray',
  expiresAt: null,
  selfContained: false,
  scopes: ['jobs:read']
};

describe('a refresh whose reply was lost', () => {
  /** The provider refreshes, and nobody hears of it, once. */
  const losing = async (renewal: 'refresh' | 'refresh_only') => {
    let lose = false;
    const on = await stage(
      {
        ...ROTATING,
        fault: ({ path }) => {
          const now = lose && path === '/token';
          lose &&= !now;
          return now ? { kind: 'lose_reply' } : undefined;
        }
      },
      true,
      null,
      renewal
    );
    await claim(on.driver);
    // Rotated once before: to be refused would be a theft, but for the lost reply.
    const before = await renewed(on);
    lose = true;
    return { ...on, before };
  };

  it('ends its family at the provider, and another grant follows', async () => {
    const on = await losing('refresh');
    const after = await renewed(on);
    expect(after).not.toBe(on.before);
    expect((await use(after)).status).toBe(201);
    expect((await use(on.before)).status).toBe(401);
    // What was lost went with the family.
    expect(alive()).toHaveLength(2);
    expect(on.driver.lease.orphans).toMatchObject([
      { kind: 'token', lasting: true, endsAs: 'unconfirmed' }
    ]);
    expect(on.driver.lease.orphans[0]?.expiresAt).not.toBeNull();
    await on.service.settled();
    await close(on.driver);
    expect(alive()).toEqual([]);
    expect([...on.driver.violations]).toEqual([]);
  });

  it('ends the lease by name where no other grant may be asked for', async () => {
    const on = await losing('refresh_only');
    await expect(renewed(on)).rejects.toMatchObject({
      problem: {
        code: 'grant_dead',
        detail: expect.stringContaining(
          'does not take the refresh token'
        ) as string
      }
    });
    // The run goes on without it.
    await on.driver.settle(idle(on.driver));
    expect(alive()).toEqual([]);
    await close(on.driver);
    expect(on.driver.lease.drained).toBe('grant_dead');
    expect(alive()).toEqual([]);
    expect(platform.inventory().clients).toEqual([]);
    expect(on.driver.sends.map(send => send.event.type)).toEqual([
      'lease_ready',
      'lease_failed',
      'lease_closed'
    ]);
  });

  it('costs nothing where refresh tokens stay the same', async () => {
    let lose = false;
    const on = await stage(
      {
        refresh: 'lasting',
        fault: ({ path }) => {
          const now = lose && path === '/token';
          lose &&= !now;
          return now ? { kind: 'lose_reply' } : undefined;
        }
      },
      true,
      null,
      'refresh_only'
    );
    await claim(on.driver);
    lose = true;
    const after = await renewed(on);
    expect((await use(after)).status).toBe(201);
    expect(kinds(on.driver).map(([kind]) => kind)).toEqual([
      'access',
      'refresh',
      'access'
    ]);
    expect(on.driver.lease.orphans).toMatchObject([{ expiresAt: null }]);
    await on.service.settled();
    await close(on.driver);
    expect(alive()).toEqual([]);
    // The lost one was of the family that was proved dead.
    expect(on.driver.lease.orphans[0]?.expiresAt).not.toBeNull();
  });
});

describe('a refresh token that somebody else has used', () => {
  it('ends the lease by name, whatever may be minted', async () => {
    const on = await stage(ROTATING, true, null, 'refresh');
    await claim(on.driver);
    await renewed(on);
    await on.service.settled();
    await platform.steal();
    const stolen = alive().length;
    expect(stolen).toBeGreaterThan(2);
    await expect(renewed(on)).rejects.toMatchObject({
      problem: {
        code: 'grant_dead',
        detail: expect.stringContaining(
          'somebody else has used one of them'
        ) as string
      }
    });
    await on.driver.settle(idle(on.driver));
    expect(alive()).toEqual([]);
    await close(on.driver);
    expect(on.driver.lease.drained).toBe('refresh_reused');
    expect(on.driver.rows.map(row => row.detail).join()).toContain(
      'refresh_reused: refresh token 4: answered 400 invalid_grant'
    );
    expect(alive()).toEqual([]);
  });
});

describe('refresh tokens that nobody asked for', () => {
  it.each(['mint', 'refresh'] as const)(
    'are ended like those in use (renewal: %s)',
    async renewal => {
      const on = await stage(
        { ...ROTATING, sharedClient: SHARED },
        true,
        null,
        renewal
      );
      await claim(on.driver);
      await renewed(on);
      const minted = log().filter(what => what === 'refresh_rotated').length;
      expect(minted).toBe(renewal === 'mint' ? 0 : 1);
      await on.service.settled();
      await close(on.driver);
      expect(alive()).toEqual([]);
      expect(leaseSummary(on.driver.lease).end).toBe('dead_at_resource');
    }
  );
});

it('is refused where nobody could say that a refresh token is dead', async () => {
  const { driver } = await stage(
    { ...ROTATING, introspection: false },
    true,
    null,
    'refresh'
  );
  driver.send({ type: 'provision' });
  await driver.settle(idle(driver));
  expect(driver.sends.map(send => send.event)).toMatchObject([
    {
      type: 'lease_failed',
      message: expect.stringContaining('refresh token') as string
    },
    { type: 'lease_closed' }
  ]);
  expect(platform.inventory().clients).toEqual([]);
});
