import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { readDuration } from '../src/duration.js';

const golden = JSON.parse(
  readFileSync(new URL('../grammar/durations.json', import.meta.url), 'utf8')
) as { rows: { text: string; seconds: number | null }[] };

it.each(golden.rows)('$text is $seconds seconds', ({ text, seconds }) => {
  expect(readDuration(text)).toBe(seconds);
});
