import { expect, it } from 'vitest';

import { statesOf } from '../../src/runs/states.ts';

it('knows every state, and the words for several', () => {
  expect(statesOf(undefined)).toBeUndefined();
  expect(statesOf('failed, lost')).toEqual(['failed', 'lost']);
  expect(statesOf('active')).toEqual([
    'staged',
    'queued',
    'running',
    'finishing'
  ]);
  expect(statesOf('queued,ended')).toEqual([
    'queued',
    'succeeded',
    'failed',
    'cancelled',
    'lost'
  ]);
});

it.each(['foo', '', 'failed,', 'Failed', 'toString'])(
  'refuses %j, which no run would ever fit',
  asked => {
    expect(() => statesOf(asked)).toThrow(/is not a state.*staged.*ended/);
  }
);
