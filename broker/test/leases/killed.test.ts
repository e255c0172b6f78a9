import { describe, expect, it } from 'vitest';

import type { Driver } from './driver.ts';
import { platform, stage } from './stage.ts';

it('names the client of a lost reply also where the clock was set back meanwhile', async () => {
  const { driver } = await stage();
  driver.send({ type: 'provision' });
  const [register] = driver.ready;
  if (!register) {
    throw new Error('nothing to register');
  }
  await driver.begin(register);
  driver.now -= 300_000;
  driver.crash();
  driver.send({ type: 'drain', why: 'the job ended' });
  await driver.settle(() => driver.lease.closedAt !== null);
  expect(platform.inventory().clients).toHaveLength(1);
  expect(driver.lease.orphans).toMatchObject([{ kind: 'client' }]);
});

describe('killed between any two steps', () => {
  /** Runs the whole life; dies at the k-th chance. @returns what died */
  async function dying(
    driver: Driver,
    k: number,
    renews: boolean
  ): Promise<string | null> {
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
    if (renews) {
      driver.send({ type: 'renew' });
      await steps(() => !driver.lease.minting);
    }
    driver.send({ type: 'drain', why: 'the job ended' });
    await steps(() => driver.lease.closedAt !== null);
    return died;
  }

  it.each(['opaque', 'jwt', 'refresh'] as const)(
    'leaves nothing but what it names (%s)',
    async world => {
      const renews = world === 'refresh';
      const deaths: string[] = [];
      for (let k = 0; ; k += 1) {
        const { driver } = renews
          ? await stage({ refresh: 'rotating' }, true, null, 'refresh')
          : await stage({ tokens: world });
        const died = await dying(driver, k, renews);
        const { lease } = driver;
        const { clients, tokens: issued } = platform.inventory();
        const lost = (kind: string) =>
          lease.orphans.filter(orphan => orphan.kind === kind).length;
        expect([...driver.violations]).toEqual([]);
        // The client of a lost reply is there, and it is named.
        expect(clients.length).toBeLessThanOrEqual(lost('client'));
        const alive = issued.filter(token => token.alive).length;
        expect(alive).toBeLessThanOrEqual((renews ? 2 : 1) * lost('token'));
        if (died !== 'after register' && died !== 'before register') {
          expect(lost('client')).toBe(0);
        }
        if (died === null || !/ (mint|refresh)$/.test(died)) {
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
          [
            'register',
            'mint',
            ...(renews ? ['refresh'] : []),
            'revoke',
            'probe',
            'introspect',
            'delete_client',
            'erase'
          ].flatMap(kind => [`before ${kind}`, `after ${kind}`])
        )
      );
    },
    60_000
  );
});
