import type { HistoryEntry, OutlineCell } from '@jupyterlab-batch/protocol';

import { lease, run } from '../../__tests__/world';
import { marksOf, timelineOf } from '../timeline';

const at = (seconds: number) =>
  new Date(Date.UTC(2026, 10, 23, 12, 0, seconds)).toISOString();
const ms = (seconds: number) => Date.UTC(2026, 10, 23, 12, 0, seconds);

function turn(to: string, seconds: number, subject = 'run'): HistoryEntry {
  return { at: at(seconds), subject, from: null, to, event: 'x', detail: null };
}

function cell(
  index: number,
  from: number,
  to: number | null,
  status: OutlineCell['status'] = 'ok'
): OutlineCell {
  return {
    index,
    kind: 'code',
    number: index + 1,
    title: null,
    execution_count: null,
    status,
    started_at: at(from),
    ended_at: to === null ? null : at(to),
    outputs: 0,
    seq: 1
  };
}

describe('the timeline of a run', () => {
  it('has each phase and each cell at its time', () => {
    const ended = run(1, {
      state: 'failed',
      submitted_at: at(0),
      started_at: at(3),
      // of the job: what the broker does afterwards is not the run's time
      ended_at: at(9)
    });
    const { from, to, phases, cells } = timelineOf(
      ended,
      [
        turn('staged', 0),
        turn('READY', 1, 'lease'),
        turn('queued', 1),
        // a claim was refused: it waits on
        { ...turn('queued', 2), from: 'queued', detail: 'x' },
        turn('running', 3),
        turn('finishing', 10),
        turn('failed', 11)
      ],
      [cell(0, 4, 5), cell(1, 5, null, 'running')],
      new Date(ms(500))
    );
    expect([from, to]).toEqual([ms(0), ms(11)]);
    expect(phases.map(({ name, to: end }) => [name, end])).toEqual([
      ['staged', ms(1)],
      ['queued', ms(3)],
      ['running', ms(9)],
      ['finishing', ms(11)]
    ]);
    // The runner was killed in cell 1: it does not go on for ever.
    expect(cells).toMatchObject([
      { from: ms(4), to: ms(5), status: 'ok' },
      { from: ms(5), to: ms(9), status: 'interrupted' }
    ]);
  });

  it('goes on to now, or to what was seen when the clock here is behind', () => {
    const active = run(1, { submitted_at: at(0), started_at: at(2) });
    const history = [turn('staged', 0), turn('running', 2)];
    const end = (now: number) =>
      timelineOf(active, history, [], new Date(ms(now))).to;
    expect(end(30)).toBe(ms(30));
    expect(end(-3600)).toBe(ms(2));
  });

  it('of many cells has few bars, and none hides a failure', () => {
    const many = Array.from({ length: 10_000 }, (_, n) =>
      cell(n, n / 100, (n + 1) / 100, n === 5003 ? 'error' : 'ok')
    );
    const { cells } = timelineOf(
      run(1, { submitted_at: at(0) }),
      [],
      many,
      new Date(ms(100))
    );
    expect(cells.length).toBeLessThanOrEqual(400);
    const failed = cells.filter(({ status }) => status === 'error');
    expect(failed).toHaveLength(1);
    expect(failed[0].first).toBeLessThanOrEqual(5003);
    expect(failed[0].last).toBeGreaterThanOrEqual(5003);
    expect(cells[cells.length - 1].last).toBe(9999);
  });

  it('shows the credential beyond the end of the run', () => {
    const closed = lease({
      state: 'CLOSED',
      registered_at: at(1),
      minted_at: at(2),
      revoked_at: at(12),
      verified_at: at(13),
      client_deleted_at: at(14),
      end: 'dead_at_resource',
      ended_at: at(13)
    });
    const { lease: bar, to } = timelineOf(
      run(1, {
        state: 'succeeded',
        submitted_at: at(0),
        ended_at: at(11),
        lease: closed
      }),
      [],
      [],
      new Date(ms(500))
    );
    expect(bar).toMatchObject({ from: ms(1), to: ms(14) });
    expect(to).toBe(ms(14));
    expect(marksOf(closed).map(({ name }) => name)).toEqual([
      'registered',
      'minted',
      'revoked',
      'verified',
      'client_deleted'
    ]);
  });
});
