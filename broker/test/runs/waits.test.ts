import { expect, test } from 'vitest';

import { Waits } from '../../src/runs/waits.ts';

const NOON = Date.parse('2026-11-27T12:00:00Z');

test('what a job waits for is told when it is another thing', () => {
  const waits = new Waits();
  expect(waits.of('a')).toBeNull();
  expect(waits.tell('a', { why: null, startsAt: null })).toBe(false);
  expect(waits.of('a')).toBeNull();
  expect(waits.tell('a', { why: 'held', startsAt: null })).toBe(true);
  expect(waits.tell('a', { why: 'held', startsAt: null })).toBe(false);
  expect(waits.of('a')).toEqual({ why: 'held', starts_at: null });
  expect(waits.tell('a', { why: 'held', startsAt: NOON })).toBe(true);
  expect(waits.of('a')).toEqual({
    why: 'held',
    starts_at: '2026-11-27T12:00:00.000Z'
  });
  expect(waits.tell('a', { why: 'held', startsAt: null })).toBe(true);
  waits.forget('a');
  expect(waits.of('a')).toBeNull();
});

test('an estimate that creeps is told once it has moved by a minute', () => {
  const waits = new Waits();
  waits.tell('a', { why: null, startsAt: NOON });
  const told = Array.from({ length: 9 }, (_, at) =>
    waits.tell('a', { why: null, startsAt: NOON + (at + 1) * 20_000 })
  );
  expect(told.filter(Boolean)).toHaveLength(3);
});
