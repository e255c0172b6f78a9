import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { IdleWatch } from '../src/idle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('looks again when the store could not say, and leaves when it can', async () => {
  let fails = true;
  const log = vi.fn();
  const leave = vi.fn();
  const watch = new IdleWatch({
    clock: () => Date.now(),
    busy: () =>
      fails ? Promise.reject(new Error('disk')) : Promise.resolve(false),
    leave,
    log,
    idleMs: 1000
  });
  watch.start();
  await vi.advanceTimersByTimeAsync(3000);
  expect(log).toHaveBeenCalledTimes(3);
  expect(leave).not.toHaveBeenCalled();
  fails = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(leave).toHaveBeenCalledOnce();
});
