import { expect, test } from 'vitest';

import { Slots } from '../../src/runs/slots.ts';
import { JOB, newRun } from './doc.ts';

const run = (id: string, target = 'local') => {
  const base = newRun({ id, state: 'queued' });
  return { ...base, spec: { ...base.spec, target } };
};

test('first come, first served, with a cap and a position', () => {
  const slots = new Slots(() => 2);
  for (const id of ['a', 'b', 'c', 'd']) {
    slots.observe(id, run(id));
  }
  expect(['a', 'b', 'c', 'd'].map((id, i) => slots.take(id, i))).toEqual([
    true,
    true,
    false,
    false
  ]);
  expect(slots.position('c')).toBe(1);
  expect(slots.position('d')).toBe(2);
  expect(slots.position('a')).toBeNull();
  expect([slots.running('local'), slots.waiting('local')]).toEqual([2, 2]);
  slots.observe('a', { ...run('a'), state: 'succeeded' });
  expect(slots.take('c', 2)).toBe(true);
  expect(slots.position('d')).toBe(1);
});

test('a run adopted after a restart holds its place', () => {
  const slots = new Slots(() => 1);
  const adopted = run('a');
  slots.observe('a', {
    ...adopted,
    state: 'running',
    attempt: {
      number: 1,
      job: JOB,
      ticketHash: null,
      armed: true,
      sessionHash: 's',
      deadline: 1,
      released: false,
      gone: null
    }
  });
  slots.observe('b', run('b'));
  expect(slots.take('b', 1)).toBe(false);
});

test('a place at one target takes none at another; a deleted run gives its up', () => {
  const slots = new Slots(target => (target === 'local' ? 1 : null));
  slots.observe('a', run('a'));
  slots.observe('b', run('b'));
  slots.observe('x', run('x', 'cluster'));
  expect(slots.take('a', 1)).toBe(true);
  expect(slots.take('x', 2)).toBe(true);
  expect(slots.take('b', 3)).toBe(false);
  slots.observe('a', null);
  expect(slots.take('b', 3)).toBe(true);
});

test('a run that is not known yet waits', () => {
  expect(new Slots(() => 1).take('a', 1)).toBe(false);
});
