import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Oblivion } from '../../src/secrets/oblivion.ts';

const SOON = 12_000;
const LATEST = 600_000;

describe('the memory of closed leases', () => {
  let erased = 0;
  let isQuiet: () => Promise<boolean>;
  let oblivion: Oblivion;

  beforeEach(() => {
    vi.useFakeTimers();
    erased = 0;
    isQuiet = async () => true;
    oblivion = new Oblivion({
      isQuiet: () => isQuiet(),
      clock: Date.now,
      erase: () => {
        erased += 1;
      }
    });
  });
  afterEach(() => vi.useRealTimers());

  it('is erased once, when calls have let go of it', async () => {
    oblivion.closed();
    await vi.advanceTimersByTimeAsync(SOON - 1000);
    oblivion.closed();
    await vi.advanceTimersByTimeAsync(SOON - 1000);
    expect(erased).toBe(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(erased).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * LATEST);
    expect(erased).toBe(1);
  });

  it('waits while others are open, and not for ever', async () => {
    isQuiet = async () => false;
    oblivion.closed();
    for (let ms = 0; ms < LATEST - SOON; ms += SOON) {
      await vi.advanceTimersByTimeAsync(SOON);
      oblivion.closed();
    }
    expect(erased).toBe(0);
    await vi.advanceTimersByTimeAsync(2 * SOON);
    expect(erased).toBe(1);
  });

  it('is erased in time where one lease after the other is closed', async () => {
    isQuiet = async () => false;
    for (let ms = 0; ms <= LATEST; ms += SOON / 4) {
      oblivion.closed();
      await vi.advanceTimersByTimeAsync(SOON / 4);
    }
    expect(erased).toBe(1);
  });

  it('is erased where the store cannot be asked', async () => {
    isQuiet = async () => {
      throw new Error('closed');
    };
    oblivion.closed();
    await vi.advanceTimersByTimeAsync(SOON);
    expect(erased).toBe(1);
  });
});
