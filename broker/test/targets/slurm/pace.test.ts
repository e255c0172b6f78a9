import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  after,
  gapOf,
  paceOf,
  type ILooks
} from '../../../src/targets/slurm/pace.ts';

const count = fc.integer({ min: 0, max: 5_000 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const START: ILooks = { failures: 0, quiet: 0 };

test('it is from 2 s to a minute while the cluster answers', () => {
  fc.assert(
    fc.property(count, chance, (quiet, random) => {
      const pace = paceOf({ failures: 0, quiet }, false, random);
      expect(pace).toBeGreaterThanOrEqual(2_000);
      expect(pace).toBeLessThanOrEqual(60_000);
    })
  );
});

test('it is 5 s at most while a credential depends on it', () => {
  fc.assert(
    fc.property(count, chance, (quiet, random) => {
      const pace = paceOf({ failures: 0, quiet }, true, random);
      expect(pace).toBeLessThanOrEqual(5_000);
    })
  );
});

test('it grows with each look that tells nothing, and with each failure', () => {
  fc.assert(
    fc.property(
      count,
      count,
      fc.boolean(),
      chance,
      (n, failures, leased, random) => {
        const quiet = { failures: 0, quiet: n };
        expect(
          paceOf(after(quiet, true, false), leased, random)
        ).toBeGreaterThanOrEqual(paceOf(quiet, leased, random));
        const failing = { failures, quiet: n };
        const worse = after(failing, false, false);
        if (failures > 0) {
          expect(paceOf(worse, leased, random)).toBeGreaterThanOrEqual(
            paceOf(failing, leased, random)
          );
        }
        expect(paceOf(worse, leased, random)).toBeLessThanOrEqual(
          leased ? 60_000 : 600_000
        );
        expect(gapOf(worse)).toBeGreaterThanOrEqual(gapOf(failing));
        expect(gapOf(worse)).toBeLessThanOrEqual(15_000);
      }
    )
  );
});

test('it is short again after anything new, and after an answer', () => {
  fc.assert(
    fc.property(count, count, chance, (failures, quiet, random) => {
      expect(after({ failures, quiet }, true, true)).toEqual(START);
      expect(gapOf(after({ failures, quiet }, true, false))).toBe(1_000);
      expect(
        paceOf(after({ failures, quiet }, true, true), false, random)
      ).toBe(2_000);
    })
  );
});

test('it reaches a minute within ten looks, and ten minutes within nine failures', () => {
  const looks = (answered: boolean, times: number): ILooks =>
    Array.from({ length: times }).reduce<ILooks>(
      state => after(state, answered, false),
      START
    );
  expect(paceOf(looks(true, 9), false, 0)).toBe(60_000);
  expect(paceOf(looks(false, 9), false, 0)).toBe(600_000);
});

test('chance takes up to a fifth away', () => {
  const late = { failures: 0, quiet: 99 };
  const paces = [0, 0.5, 0.999].map(random => paceOf(late, false, random));
  expect(paces[0]).toBe(60_000);
  expect(paces[1]).toBe(54_000);
  expect(paces[2]).toBeLessThan(48_100);
});
