import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ILeaseDoc } from '../../src/leases/doc.ts';
import type { LeaseEvent } from '../../src/leases/events.ts';
import { leaseSummary } from '../../src/leases/view.ts';
import { Driver } from './driver.ts';
import { LyingProvider, Tape } from './lying-provider.ts';
import { provable, type IWorldOptions } from './world.ts';

const RUNS = 2500;

const worlds: fc.Arbitrary<IWorldOptions> = fc
  .record({
    client: fc.constantFrom('per_lease' as const, 'shared' as const),
    revocation: fc.nat(3).map(n => n > 0),
    introspection: fc.nat(3).map(n => n > 0),
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

/** What the run sends, in its order; the tape says when, and what comes between. */
const SCRIPT: readonly LeaseEvent['type'][] = ['provision', 'armed', 'claim'];

function eventOf(type: LeaseEvent['type'], now: number): LeaseEvent {
  switch (type) {
    case 'claim':
      return { type, attempt: 1, deadline: now + 600_000 };
    case 'drain':
      return { type, why: 'the job ended' };
    case 'used':
      return { type, count: 1 };
    case 'provision':
    case 'armed':
    case 'renew':
      return { type };
    default:
      throw new Error(type);
  }
}

async function live(
  options: IWorldOptions,
  values: readonly number[],
  faults: readonly number[],
  ahead: boolean
) {
  const tape = new Tape(values);
  const clock = { now: 1_000_000 };
  const provider = new LyingProvider(
    options,
    new Tape(faults),
    () => clock.now
  );
  const driver = new Driver(provider, { random: () => tape.pick(100) / 100 });
  let script = 0;
  while (ahead && script < SCRIPT.length) {
    driver.send(eventOf(SCRIPT[script] ?? 'used', driver.now));
    await driver.settle(() => driver.pending.length === 0);
    script += 1;
  }
  while (tape.left) {
    clock.now = driver.now;
    const { ready, landing, pending } = driver;
    switch (tape.pick(10)) {
      case 0:
      case 1: {
        const type = SCRIPT[script];
        script += 1;
        driver.send(eventOf(type ?? 'renew', driver.now));
        break;
      }
      case 2: {
        const strays = [
          'renew',
          'used',
          'claim',
          'armed',
          'provision'
        ] as const;
        const stray = strays[tape.pick(strays.length)] ?? 'used';
        driver.send(eventOf(stray, driver.now));
        break;
      }
      case 3:
        if (tape.pick(4) === 3) {
          driver.send(eventOf('drain', driver.now));
        }
        break;
      case 4:
        if (tape.pick(3) === 2) {
          driver.crash();
        }
        break;
      case 5:
        if (tape.pick(12) === 11) {
          provider.steal();
        }
        driver.now += [1, 700, 20_000, 130_000][tape.pick(4)] ?? 1;
        break;
      case 6:
      case 7: {
        const id = landing[tape.pick(Math.max(landing.length, 1))];
        if (id !== undefined) {
          driver.land(id);
        }
        break;
      }
      default: {
        const intent = ready[tape.pick(Math.max(ready.length, 1))];
        if (intent) {
          await driver.begin(intent);
        } else if (pending.length > 0) {
          driver.now = Math.max(
            driver.now,
            Math.min(...pending.map(one => one.due))
          );
        }
      }
    }
  }
  // The tape is over: the job ends, and in the end the world is well.
  driver.send(eventOf('drain', driver.now));
  await driver.settle(() => {
    clock.now = driver.now;
    return driver.lease.closedAt !== null;
  });
  clock.now = driver.now;
  return { driver, provider };
}

/** With a token a refresh token may have been lost, too. */
const lostTokens = ({ orphans }: ILeaseDoc, unasked: boolean): number =>
  orphans
    .filter(({ kind }) => kind === 'token')
    .reduce((sum, { lasting }) => sum + (lasting || unasked ? 2 : 1), 0);

describe('any interleaving of events, faults and crashes', () => {
  it('ends closed, with nothing alive but named orphans', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        worlds,
        fc.array(fc.nat(2 ** 16), { maxLength: 120, size: 'max' }),
        fc.array(fc.nat(2 ** 16), { maxLength: 60, size: 'max' }),
        // Half of them have a token already when the tape begins.
        fc.boolean(),
        async (options, values, faults, ahead) => {
          const { driver, provider } = await live(
            options,
            values,
            faults,
            ahead
          );
          const { lease } = driver;
          expect([...driver.violations]).toEqual([]);
          expect(lease.closedAt).not.toBeNull();
          // A timer that rings after the end finds nothing to do.
          expect(driver.pending.filter(of => of.kind !== 'timer')).toEqual([]);

          const orphans = (kind: string) =>
            lease.orphans.filter(orphan => orphan.kind === kind).length;
          const unconfirmed = lease.tokens.filter(
            token => token.end === 'unconfirmed'
          ).length;
          // "dead" from a store of its own, or expired: never merely hoped.
          // What somebody else got dies with its family, where that could be ended.
          const proved =
            options.revocation &&
            !options.stateless &&
            orphans('token') === 0 &&
            lease.tokens.every(
              ({ refresh, end }) => !refresh || end === 'dead_at_resource'
            );
          expect(provider.undead(proved).length).toBeLessThanOrEqual(
            lostTokens(lease, options.unasked === true) + unconfirmed
          );
          expect(provider.clients.size).toBeLessThanOrEqual(orphans('client'));
          const told = driver.sends.map(send => send.event.type);
          const times = (type: string) => told.filter(t => t === type).length;
          expect(times('lease_closed')).toBe(1);
          expect(times('lease_ready')).toBeLessThanOrEqual(1);
          expect(times('lease_failed')).toBeLessThanOrEqual(1);

          seen.add(`end ${leaseSummary(lease).end}`);
          seen.add(`orphans ${orphans('token') > 0}/${orphans('client') > 0}`);
          seen.add(`lies ${provider.lies > 0}`);
          for (const { event, detail } of driver.rows) {
            if (
              event === 'refreshed' ||
              /^(grant_dead|refresh_reused)/.test(detail ?? '')
            ) {
              seen.add(detail?.split(':')[0]?.replace(/ .*/, '') ?? event);
              seen.add(event);
            }
          }
          seen.add(`tokens ${Math.min(lease.tokens.length, 2)}`);
        }
      ),
      { numRuns: RUNS, seed: Number(process.env.JLB_SEED ?? 7) }
    );
    // The tapes have been everywhere: otherwise this proves less than it says.
    expect([...seen].sort()).toEqual(
      expect.arrayContaining([
        'end dead_at_issuer',
        'end dead_at_resource',
        'end expired',
        'end null',
        'end unconfirmed',
        'lies true',
        'orphans false/true',
        'orphans true/false',
        'grant_dead',
        'refresh_reused',
        'refreshed',
        'tokens 2'
      ])
    );
  }, 60_000);
});
