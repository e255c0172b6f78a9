import { beforeEach, describe, expect, it } from 'vitest';

import type { Answer } from '../../src/leases/ports.ts';
import { Store } from '../../src/store/store.ts';
import { settle } from '../lifecycle/world.ts';
import { Household } from './household.ts';
import { LyingProvider, Tape } from './lying-provider.ts';
import { HONEST } from './world.ts';

/** ms from where a broker knows of an end, and can act, to the last token's death */
const PROMISED = 30_000;
const HOUR = 3_600_000;
const SET_BACK = 5 * 60_000;

/** Is honest, and cannot be reached for a while: nothing that ends is heard. */
class AwayProvider extends LyingProvider {
  away = true;

  override async revoke(
    ...asked: Parameters<LyingProvider['revoke']>
  ): Promise<Answer<null>> {
    return this.away
      ? { kind: 'retry', why: 'is away', maybeApplied: false }
      : super.revoke(...asked);
  }
}

let house: Household;
let provider: AwayProvider;

/** A run whose job has ended an hour ago, and whose token nobody could revoke since. */
beforeEach(async () => {
  provider = new AwayProvider(
    { ...HONEST, life: 10 * HOUR },
    new Tape([]),
    () => house.time.now,
    () => house.now()
  );
  house = new Household(new Store(':memory:'), provider, () => 0.5);
  house.skew = SET_BACK;
  await house.boot();
  await house.submit();
  const [run = ''] = house.runs;
  await settle();
  await house.permit(run, 'the runner', false);
  await settle();
  await house.gone(run);
  const until = house.time.now + HOUR;
  while (house.time.now < until) {
    await house.time.pass(1000);
  }
  expect(provider.alive()).toHaveLength(1);
  // In the middle of a pause, which is a minute by now.
  const tries = await failures();
  while ((await failures()) === tries) {
    await house.time.pass(1000);
  }
  await house.time.pass(1000);
});

const failures = async (): Promise<number> =>
  (await house.lease(house.runs[0] ?? ''))?.tokens[0]?.failures ?? 0;

/** How long the token lives on, ms of true time. */
async function lived(): Promise<number> {
  const from = house.time.now;
  while (provider.alive().length > 0) {
    await house.time.pass(500);
    expect(house.time.now - from).toBeLessThan(HOUR);
  }
  return house.time.now - from;
}

describe('no credential lives on for more than half a minute', () => {
  it('after a broker is back, whatever the one before was waiting for', async () => {
    house.kill();
    await house.time.pass(1000);
    provider.away = false;
    await house.boot();
    expect(await lived()).toBeLessThanOrEqual(PROMISED);
  });

  it('after a broker is back whose clock was set back meanwhile', async () => {
    house.kill();
    provider.away = false;
    house.skew = 0;
    await house.boot();
    expect(await lived()).toBeLessThanOrEqual(PROMISED);
    await house.finish();
    expect(await house.audit()).toEqual([]);
  });

  it('but for a pause, which a clock that is set back does not lengthen', async () => {
    provider.away = false;
    house.skew = 0;
    expect(await lived()).toBeLessThanOrEqual(60_000);
    await house.finish();
    expect(await house.audit()).toEqual([]);
  });
});
