import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { pause } from '../../src/leases/pause.ts';

describe('pause', () => {
  it('doubles, spreads, and stays under a minute', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.option(fc.nat(10 ** 9), { nil: null }),
        (failures, random, asked) => {
          const wait = pause(failures, random, asked);
          expect(wait).toBeGreaterThanOrEqual(Math.min(asked ?? 0, 60_000));
          expect(wait).toBeGreaterThanOrEqual(250);
          expect(wait).toBeLessThanOrEqual(60_000);
        }
      )
    );
    expect([1, 2, 3].map(n => pause(n, 0))).toEqual([250, 500, 1000]);
  });
});
