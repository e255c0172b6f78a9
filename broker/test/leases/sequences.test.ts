import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { leaseSummary } from '../../src/leases/view.ts';
import { Store } from '../../src/store/store.ts';
import { MemoryStore, type IStoryStore } from '../lifecycle/memory-store.ts';
import { Household } from './household.ts';
import { LyingProvider, Tape } from './lying-provider.ts';
import { provable, type IWorldOptions } from './world.ts';

/**
 * `jlpm workspace @jupyterlab-batch/broker sequences` runs a million with a new
 * seed, or as many as fit into `JLB_MINUTES`, and says how many it were; what a
 * failure prints as seed and path replays it:
 * `JLB_SEED=… JLB_PATH=… vitest run test/leases/sequences.test.ts`.
 */
const SEQUENCES = Number(process.env.JLB_SEQUENCES ?? 10_000);
/** Always the same in the suite; another one each time where many are asked for. */
const SEED = Number(
  process.env.JLB_SEED ?? (SEQUENCES > 10_000 ? Date.now() % 2 ** 31 : 5)
);
const PATH = process.env.JLB_PATH;
/** Stops after so many, without a failure; 0: when all are done. */
const MINUTES = Number(process.env.JLB_MINUTES ?? 0);

const worlds: fc.Arbitrary<IWorldOptions> = fc
  .record({
    client: fc.constantFrom('per_lease' as const, 'shared' as const),
    revocation: fc.nat(4).map(n => n > 0),
    introspection: fc.boolean(),
    probe: fc.boolean(),
    selfContained: fc.boolean(),
    localResource: fc.boolean(),
    stateless: fc.nat(5).map(n => n === 0),
    life: fc.constantFrom(20_000, 300_000, 3_600_000, null),
    canFind: fc.boolean(),
    renewal: fc.constantFrom(
      undefined,
      'refresh' as const,
      'refresh_only' as const
    ),
    rotates: fc.nat(3).map(n => n > 0),
    unasked: fc.nat(3).map(n => n === 0)
  })
  .map(provable);

/** The broker's clock is wrong by so much, ms, until it is set right. */
const SKEWS = [5 * 60_000, -5 * 60_000, 1000];
const PAUSES = [1, 700, 5000, 31_000, 130_000, 3_600_000];

/** Most of them on maps, each so many on the real store. */
const REAL = 20;
let sqlite = new Store(':memory:');
let failed = false;
let turn = 0;
afterAll(() => sqlite.close());

async function live(
  options: IWorldOptions,
  values: readonly number[],
  faults: readonly number[]
) {
  if (failed) {
    // What a failure left behind is none of the next one's business.
    await sqlite.close();
    sqlite = new Store(':memory:');
  }
  failed = true;
  turn += 1;
  const store: IStoryStore =
    PATH || turn % REAL === 0 ? sqlite : new MemoryStore();
  const tape = new Tape(values);
  const luck = new Tape(faults);
  let house: Household | null = null;
  const provider: LyingProvider = new LyingProvider(
    options,
    luck,
    () => house?.time.now ?? 0,
    () => house?.now() ?? 0
  );
  house = new Household(store, provider, () => tape.pick(100) / 100);
  const wrong = SKEWS[tape.pick(SKEWS.length)] ?? 0;
  let naps = 0;
  await house.boot();
  await house.submit();
  while (tape.left) {
    const run = house.runs[tape.pick(house.runs.length)] ?? '';
    const lease = `lease-of-${run}`;
    switch (tape.pick(18)) {
      case 0:
        if (house.runs.length < 3) {
          await house.submit();
        }
        break;
      case 1:
      case 2:
      case 3:
        await house.permit(run, 'the runner', false);
        break;
      case 4:
        // Seldom the same ticket from elsewhere: it ends the run.
        await house.permit(run, 'a thief', tape.pick(4) > 0);
        break;
      case 5:
      case 6:
        await house.send('lease', lease, { type: 'renew' });
        break;
      case 7: {
        const used = { type: 'used', count: 1 };
        await house.send('lease', lease, used);
        break;
      }
      case 8:
        if (tape.pick(3) === 2) {
          const released = { type: 'released', attempt: 1 };
          await house.send('run', run, released);
        }
        break;
      case 9:
        if (tape.pick(3) === 2) {
          await house.gone(run);
        }
        break;
      case 10:
        if (tape.pick(4) === 3) {
          await house.send('run', run, { type: 'cancel' });
        }
        break;
      case 11: {
        const stray = ['claim', 'armed', 'provision', 'revoke', 'erased'];
        const type = stray[tape.pick(8)] ?? 'renew';
        // No one but the run may claim.
        if (type !== 'claim') {
          const more = type === 'revoke' ? { why: 'revoked by hand' } : {};
          await house.send('lease', lease, { type, ...more });
        }
        break;
      }
      case 12:
        if (tape.pick(2) === 1) {
          house.kill();
        }
        break;
      case 13:
        await house.boot(1 + tape.pick(6), tape.pick(2) === 1);
        break;
      case 14:
        house.skew = tape.pick(2) === 1 ? wrong : 0;
        break;
      case 15:
        // A laptop is closed: time passes, and no timer knows of it.
        await house.time.suspend(PAUSES[tape.pick(PAUSES.length)] ?? 1);
        naps += 1;
        break;
      case 16:
        // Somebody else has got hold of a refresh token; that shows with the next use.
        provider.steal();
        await house.send('lease', lease, { type: 'renew' });
        break;
      default:
        await house.time.pass(PAUSES[tape.pick(PAUSES.length)] ?? 1);
    }
  }
  // Who cannot revoke a refresh token is asked about it every hour.
  await house.finish(3000);
  return { house, provider, store, naps };
}

describe('any sequence of commands, faults, crashes and clock steps', () => {
  it(`ends closed and audited, ${SEQUENCES} times`, async () => {
    const seen = new Map<string, number>();
    const see = (what: string, times = 1) =>
      seen.set(what, (seen.get(what) ?? 0) + times);
    await fc.assert(
      fc.asyncProperty(
        worlds,
        fc.array(fc.nat(2 ** 16), { maxLength: 60, size: 'max' }),
        fc.array(fc.nat(2 ** 16), { maxLength: 40, size: 'max' }),
        async (options, values, faults) => {
          const { house, provider, store, naps } = await live(
            options,
            values,
            faults
          );
          expect(await house.audit()).toEqual([]);
          let mayLive = 0;
          let mayStay = 0;
          // What somebody else got dies with its family, where that can be ended.
          let proved = options.revocation && !options.stateless;
          for (const id of house.runs) {
            const run = await house.run(id);
            const lease = await house.lease(id);
            if (!run || !lease) {
              // Killed before it was committed: then nothing was begun.
              continue;
            }
            expect(run.closedAt).not.toBeNull();
            expect(lease.closedAt).not.toBeNull();
            const lost = (kind: string) =>
              lease.orphans.filter(orphan => orphan.kind === kind).length;
            const { end } = leaseSummary(lease);
            // With a token a refresh token may have been lost, too.
            const each = options.unasked || options.renewal ? 2 : 1;
            mayLive +=
              each * lost('token') +
              lease.tokens.filter(token => token.end === 'unconfirmed').length;
            mayStay += lost('client');
            see(`end ${end}`);
            see('lost clients', lost('client'));
            see('lost tokens', lost('token'));
            const issued = lease.tokens.filter(token => !token.refresh);
            see('renewals', Math.max(0, issued.length - 1));
            see('refreshes', lease.generation ?? 0);
            see(`failed ${lease.failure?.code} ${lease.drained}`);
            proved &&=
              lost('token') === 0 &&
              lease.tokens.every(
                token => !token.refresh || token.end === 'dead_at_resource'
              );
            see(`run ${run.state} ${run.reason}`);
          }
          expect(provider.undead(proved).length).toBeLessThanOrEqual(mayLive);
          expect(provider.clients.size).toBeLessThanOrEqual(mayStay);
          expect((await store.recover()).intents).toEqual([]);
          see('deaths', house.deaths);
          see('lies', provider.lies);
          see('naps', naps);
          failed = false;
        }
      ),
      {
        numRuns: SEQUENCES,
        seed: SEED,
        ...(MINUTES > 0
          ? {
              interruptAfterTimeLimit: MINUTES * 60_000,
              markInterruptAsFailure: false
            }
          : {}),
        ...(PATH ? { path: PATH, endOnFailure: true } : {})
      }
    );
    if (PATH) {
      return;
    }
    if (SEQUENCES > 10_000) {
      process.stdout.write(
        `${turn} sequences with seed ${SEED}: ${JSON.stringify(Object.fromEntries(seen))}\n`
      );
    }
    // They have been everywhere: otherwise this proves less than it says.
    const often = [
      'end dead_at_resource',
      'end dead_at_issuer',
      'end expired',
      'end unconfirmed',
      'end null',
      'lost clients',
      'lost tokens',
      'renewals',
      'refreshes',
      'deaths',
      'lies',
      'naps',
      'run failed lease_conflict',
      'run cancelled user'
    ];
    // Seldom, for a tape has to get that far.
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining([
        'failed grant_dead refresh_reused',
        'failed grant_dead grant_dead'
      ])
    );
    const least = turn / 1000;
    expect(often.filter(what => (seen.get(what) ?? 0) < least)).toEqual([]);
  }, 3_600_000);
});
