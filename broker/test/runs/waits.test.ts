import { expect, test } from 'vitest';

import { Waits } from '../../src/runs/waits.ts';

const NOON = Date.parse('2026-11-27T12:00:00Z');

test('what a job waits for is told when it is another thing', () => {
  const waits = new Waits();
  expect(waits.of('a', 'queued')).toBeNull();
  expect(waits.tell('a', { state: 'queued', why: null, startsAt: null })).toBe(
    false
  );
  expect(waits.of('a', 'queued')).toBeNull();
  expect(
    waits.tell('a', { state: 'queued', why: 'held', startsAt: null })
  ).toBe(true);
  expect(
    waits.tell('a', { state: 'queued', why: 'held', startsAt: null })
  ).toBe(false);
  expect(waits.of('a', 'queued')).toEqual({ why: 'held', starts_at: null });
  expect(
    waits.tell('a', { state: 'queued', why: 'held', startsAt: NOON })
  ).toBe(true);
  expect(waits.of('a', 'queued')).toEqual({
    why: 'held',
    starts_at: '2026-11-27T12:00:00.000Z'
  });
  expect(
    waits.tell('a', { state: 'queued', why: 'held', startsAt: null })
  ).toBe(true);
  // whatever comes after its start is something else
  expect(waits.of('a', 'running')).toBeNull();
  expect(
    waits.tell('a', { state: 'running', why: 'held', startsAt: null })
  ).toBe(true);
  expect(waits.of('a', 'queued')).toBeNull();
  expect(waits.of('a', 'running')).toEqual({ why: 'held', starts_at: null });
  expect(waits.forget('a')).toBe(true);
  expect(waits.forget('a')).toBe(false);
  expect(waits.of('a', 'running')).toBeNull();
});

test('an estimate that creeps is told once it has moved by a minute', () => {
  const waits = new Waits();
  waits.tell('a', { state: 'queued', why: null, startsAt: NOON });
  const told = Array.from({ length: 9 }, (_, at) =>
    waits.tell('a', {
      state: 'queued',
      why: null,
      startsAt: NOON + (at + 1) * 20_000
    })
  );
  expect(told.filter(Boolean)).toHaveLength(3);
});
