import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { backOff } from '../../src/lifecycle/backoff.ts';

describe('backOff', () => {
  it('doubles up to a minute', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map(tries =>
      backOff(tries, 1)
    );
    expect(waits).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000
    ]);
  });

  it('lies between the half and the whole, whatever chance says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (tries, random) => {
          const most = backOff(tries, 1);
          const wait = backOff(tries, random);
          expect(wait).toBeGreaterThanOrEqual(most / 2);
          expect(wait).toBeLessThanOrEqual(most);
          expect(wait).toBeLessThanOrEqual(60_000);
          expect(wait).toBeGreaterThan(0);
        }
      )
    );
  });

  it('takes another first step and another cap', () => {
    expect(backOff(3, 1, { first: 10, cap: 25 })).toBe(25);
  });
});
