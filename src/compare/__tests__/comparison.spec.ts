import type { OutlineCell } from '@jupyterlab-batch/protocol';

import { parameter, run } from '../../__tests__/world';
import { cellRows, parameterRows } from '../comparison';

function cell(
  index: number,
  title: string | null,
  seconds: number | null,
  number: number | null = index + 1
): OutlineCell {
  const at = (s: number) =>
    new Date(Date.UTC(2026, 10, 23, 12, 0, s)).toISOString();
  return {
    index,
    kind: number === null ? 'markdown' : 'code',
    number,
    title,
    execution_count: null,
    status: seconds === null ? null : 'ok',
    started_at: seconds === null ? null : at(0),
    ended_at: seconds === null ? null : at(seconds),
    outputs: 1,
    seq: 0
  };
}

describe('runs side by side', () => {
  it('tell which parameters differ', () => {
    const of = (amp: string, more: Parameters<typeof parameter>[0][] = []) =>
      run(1, {
        parameters: [
          parameter({ text: amp }),
          parameter({ name: 'WID', text: '20.0' }),
          parameter({ name: 'hidden', declared: false }),
          ...more.map(parameter)
        ]
      });
    const rows = parameterRows([
      of('3.0'),
      of('4.0', [{ name: 'new', text: '1' }])
    ]);
    expect(rows).toEqual([
      { name: 'AMP', texts: ['3.0', '4.0'], differs: true },
      { name: 'WID', texts: ['20.0', '20.0'], differs: false },
      { name: 'new', texts: [null, '1'], differs: true }
    ]);
  });

  it('pair their cells, though one has an injected cell more', () => {
    const rows = cellRows(
      [
        [
          cell(0, 'load', 1),
          cell(1, null, 2),
          cell(2, null, 3),
          cell(3, 'text', null, null)
        ],
        [
          cell(0, 'Parameters', 1),
          cell(1, 'load', 4),
          cell(2, null, 5),
          cell(3, null, null)
        ]
      ],
      [run(1), run(2)],
      new Date()
    );
    expect(
      rows.map(({ cell: { title }, indices, times }) => ({
        title,
        indices,
        times
      }))
    ).toEqual([
      { title: 'load', indices: [0, 1], times: [1000, 4000] },
      { title: 'Parameters', indices: [null, 0], times: [null, 1000] },
      { title: null, indices: [1, 2], times: [2000, 5000] },
      { title: null, indices: [2, 3], times: [3000, null] }
    ]);
  });

  it('stop the clock of a cell where its run was killed', () => {
    const cut = { ...cell(0, 'solve', 1), ended_at: null };
    const ended_at = new Date(Date.UTC(2026, 10, 23, 12, 0, 7)).toISOString();
    const [{ times }] = cellRows(
      [[cut], [cut]],
      [run(1, { state: 'lost', ended_at }), run(2, { ended_at: null })],
      new Date(Date.UTC(2026, 10, 23, 12, 1))
    );
    expect(times).toEqual([7000, 60_000]);
  });
});
