import { describe, expect, it } from 'vitest';

import { newLease, type ILeaseDoc } from '../../src/leases/doc.ts';
import {
  AT_ONCE,
  leaseEffects,
  type LeaseIntentKind
} from '../../src/leases/effects/index.ts';
import { leaseMachine } from '../../src/leases/machine.ts';
import type { Answer, IClient } from '../../src/leases/ports.ts';
import { leaseColumns } from '../../src/leases/view.ts';
import { Interpreter } from '../../src/lifecycle/interpreter.ts';
import type { IEvent } from '../../src/lifecycle/types.ts';
import type { Secret } from '../../src/secrets/secret.ts';
import { MemoryStore } from '../lifecycle/memory-store.ts';
import { HandClock, settle } from '../lifecycle/world.ts';
import { vault } from './driver.ts';
import { LyingProvider, Tape } from './lying-provider.ts';
import { HONEST } from './world.ts';

/** Takes revocations and never answers. */
class HangingProvider extends LyingProvider {
  override readonly name = 'hanging';
  hangs = 0;

  override revoke(): Promise<never> {
    this.hangs += 1;
    return new Promise(() => undefined);
  }
}

/** Cannot be reached, for as long as it is said to be away. */
class AwayProvider extends LyingProvider {
  override readonly name = 'away';
  isAway = true;
  asked = 0;

  override async revoke(
    client: IClient | null,
    token: Secret
  ): Promise<Answer<null>> {
    this.asked += 1;
    return this.isAway
      ? {
          kind: 'retry',
          afterMs: null,
          maybeApplied: false,
          why: 'cannot be reached (ECONNREFUSED)'
        }
      : super.revoke(client, token);
  }
}

const EACH = 200;
const DRAIN = Object.assign({ type: 'drain' }, { why: 'the job ended' });

/** Leases of several providers behind one interpreter. */
async function begin(time: HandClock, providers: readonly LyingProvider[]) {
  const store = new MemoryStore();
  const commits = { count: 0 };
  const commit = store.commit.bind(store);
  store.commit = async changes => {
    commits.count += 1;
    await commit(changes);
  };
  const interpreter = new Interpreter({
    store,
    clock: () => time.now,
    random: () => 0,
    timers: time.timers,
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined
    }
  });
  interpreter.register(leaseMachine, leaseColumns);
  interpreter.register(
    {
      name: 'run',
      label: () => '',
      step: state => ({ state, fits: true, intents: [], sends: [] })
    },
    () => null
  );
  const read = async (id: string) =>
    (await store.read('lease', id)) as unknown as ILeaseDoc;
  const effects = leaseEffects({
    store: { read, watch: () => () => undefined },
    providers: new Map(providers.map(one => [one.name, one])),
    vault,
    erase: async () => undefined,
    random: () => 0,
    clock: () => time.now
  });
  for (const kind of Object.keys(effects) as LeaseIntentKind[]) {
    interpreter.effect(kind, effects[kind], AT_ONCE);
  }
  await interpreter.start();
  const until = async (
    ids: readonly string[],
    is: (lease: ILeaseDoc) => boolean
  ) => {
    for (let turn = 0; turn < 500; turn += 1) {
      const leases = await Promise.all(ids.map(read));
      if (leases.every(is)) {
        return;
      }
      await settle();
    }
    throw new Error(`${ids[0]} does not get there`);
  };
  const all = (ids: readonly string[], event: IEvent) =>
    Promise.all(ids.map(id => interpreter.dispatch('lease', id, event)));
  let made = 0;
  return {
    commits,
    read,
    until,
    all,
    /** Leases of that provider which hold a token. */
    claimed: async (provider: LyingProvider, count: number) => {
      const { name, client, scopes } = provider;
      const ids = Array.from({ length: count }, () => `${name}-${made++}`);
      for (const id of ids) {
        const request = {
          id,
          key: vault.newKey(id),
          run: `run-${id}`,
          provider: name,
          client,
          scopes
        };
        await interpreter.create('lease', id, newLease(request, time.now));
      }
      await all(ids, { type: 'provision' });
      await until(ids, lease => lease.phase === 'READY');
      await all(ids, { type: 'armed' });
      const deadline = time.now + 3_600_000;
      const claim = { type: 'claim', attempt: 1, deadline };
      await all(ids, claim);
      await until(ids, lease => lease.tokens.length === 1);
      return ids;
    }
  };
}

const isClosed = (lease: ILeaseDoc) => lease.closedAt !== null;

describe('the queue of revocations', () => {
  it('gives a provider its own share: one that hangs delays no other', async () => {
    const time = new HandClock();
    const clock = () => time.now;
    const honest = new LyingProvider(HONEST, new Tape([]), clock);
    const hanging = new HangingProvider(HONEST, new Tape([]), clock);
    const house = await begin(time, [honest, hanging]);
    // Those of the one that will hang come first everywhere.
    const stuck = await house.claimed(hanging, EACH);
    const ids = await house.claimed(honest, EACH);
    const began = time.now;
    await house.all([...stuck, ...ids], DRAIN);
    await house.until(ids, isClosed);

    expect(time.now).toBe(began);
    expect(honest.alive()).toEqual([]);
    // The other one is asked a few things at a time, and keeps all it has.
    expect(hanging.hangs).toBe(AT_ONCE);
    expect(hanging.alive()).toHaveLength(EACH);
  });

  it('tries a provider that is away once for all, and all when it is back', async () => {
    const time = new HandClock();
    const clock = () => time.now;
    const honest = new LyingProvider(HONEST, new Tape([]), clock);
    const away = new AwayProvider(HONEST, new Tape([]), clock);
    const house = await begin(time, [honest, away]);
    const stuck = await house.claimed(away, EACH);
    const [id = ''] = await house.claimed(honest, 1);
    await house.all(stuck, DRAIN);
    await settle();
    // So many at once as of any provider; then nobody, until it is asked again.
    expect(away.asked).toBe(AT_ONCE);
    const before = house.commits.count;
    await house.all([id], DRAIN);
    await house.until([id], isClosed);
    expect(away.asked).toBe(AT_ONCE);
    expect(house.commits.count - before).toBeLessThan(10);

    // A minute of it: a try a second or two, and not one for each lease.
    for (let s = 0; s < 60; s += 1) {
      await time.pass(1000);
    }
    expect(away.asked).toBeGreaterThan(30);
    expect(away.asked).toBeLessThan(140);

    away.isAway = false;
    const back = time.now;
    for (let s = 0; s < 70 && away.alive().length > 0; s += 1) {
      await time.pass(1000);
      await settle();
    }
    expect(away.alive()).toEqual([]);
    // Those that had not been tried are not kept waiting by those that had.
    expect(time.now - back).toBeLessThanOrEqual(61_000);
    await house.until(stuck, isClosed);
  });
});
