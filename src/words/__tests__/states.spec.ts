import { run, trans } from '../../__tests__/world';
import { whereabouts } from '../states';
import { shortTime } from '../time';

describe('where a run is', () => {
  const startsAt = '2026-11-23T14:20:00Z';
  const start = shortTime(startsAt, new Date());

  it.each([
    [{ position: 2 }, 'number 2 in line'],
    [
      { waiting: { why: 'waiting for a licence', starts_at: null } },
      'waiting for a licence'
    ],
    [
      { waiting: { why: 'waiting for a licence', starts_at: startsAt } },
      `waiting for a licence, estimated start ${start}`
    ],
    [
      { waiting: { why: null, starts_at: startsAt } },
      `waiting, estimated start ${start}`
    ],
    [{}, null]
  ])('is said of one that is queued: %j', (more, words) => {
    const queued = run(1, { state: 'queued', progress: null, ...more });
    expect(whereabouts(trans, queued)).toBe(words);
  });

  it('is the cell of one that runs, or what holds it', () => {
    const waiting = { why: 'suspended by the cluster', starts_at: null };
    expect(whereabouts(trans, run(1))).toBe('cell 3 of 12');
    expect(whereabouts(trans, run(1, { waiting }))).toBe(waiting.why);
  });
});
