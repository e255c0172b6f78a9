import { expect, test } from 'vitest';

import { Heard, SILENCE_MS } from '../../src/runs/heard.ts';

test('a silence is told once, and again after a word', () => {
  let now = 0;
  const heard = new Heard(() => now);
  expect(heard.fellSilent(['a'])).toBe(false);
  now += SILENCE_MS - 1;
  expect(heard.fellSilent(['a', 'b'])).toBe(false);
  now += 1;
  expect(heard.fellSilent(['a', 'b'])).toBe(true);
  expect(heard.fellSilent(['a', 'b'])).toBe(false);
  heard.note('a');
  now += SILENCE_MS;
  expect(heard.fellSilent(['a'])).toBe(true);
  heard.left('a');
  expect(heard.fellSilent(['a'])).toBe(true);
  expect(heard.fellSilent(['a'])).toBe(false);
  heard.only(new Set(['b']));
  // begun anew
  expect(heard.fellSilent(['a'])).toBe(false);
  expect(heard.fellSilent(['b'])).toBe(true);
});
