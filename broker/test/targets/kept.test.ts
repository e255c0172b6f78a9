import { expect, test } from 'vitest';

import { Kept } from '../../src/targets/kept.ts';

test('a question that could not be asked is asked again by the next one', async () => {
  const kept = new Kept<string>(
    () => 0,
    () => 1000
  );
  const ask = () => kept.get('q', () => Promise.reject(new Error('no memory')));
  // Whoever does not wait for it (`within`) leaves nothing unhandled.
  await Promise.allSettled([ask(), ask()]);
  expect(await kept.get('q', () => Promise.resolve('yes'))).toBe('yes');
  expect(await kept.get('q', () => Promise.resolve('other'))).toBe('yes');
});
