import { describe, expect, it } from 'vitest';

import { pageQuery } from '../../src/runs/query.ts';

describe('a query of the list', () => {
  it('is put in the words of the store', () => {
    expect(
      pageQuery({
        state: 'active, lost',
        after: '2026-11-23T12:00:00Z',
        order: 'oldest',
        q: 'storm'
      })
    ).toMatchObject({
      limit: 50,
      states: ['staged', 'queued', 'running', 'finishing', 'lost'],
      after: Date.UTC(2026, 10, 23, 12),
      before: undefined,
      order: 'oldest',
      q: 'storm'
    });
  });

  it('is refused for a day that no calendar has', () => {
    expect(() => pageQuery({ before: '2026-13-45T99:00:00Z' })).toThrow(
      /before: 2026-13-45T99:00:00Z is not a time/
    );
  });
});
