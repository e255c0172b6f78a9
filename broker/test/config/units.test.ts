import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { duration } from '../../src/config/units.ts';

const golden = JSON.parse(
  readFileSync(
    new URL('../../../protocol/grammar/durations.json', import.meta.url),
    'utf8'
  )
) as { rows: { text: string; seconds: number | null }[] };

it.each(golden.rows)('$text is $seconds seconds', ({ text, seconds }) => {
  expect(duration(text)).toBe(seconds);
});

it.each([
  [90, 90],
  [0, 0],
  [-1, null],
  [1.5, null],
  [4e9, null],
  [null, null]
])('%j is %j seconds', (value, seconds) => {
  expect(duration(value)).toBe(seconds);
});
