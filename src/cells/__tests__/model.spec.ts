import type { CellPage, Outline } from '@jupyterlab-batch/protocol';

import golden from '../../../protocol/cells/golden.json';
import { outline, refuse, Wire } from '../../__tests__/world';
import { Cells, ranges } from '../model';

const pages = golden.pages as { outline: Outline; cells: CellPage }[];

function page(from: number, count: number, text: string, seq = 0): CellPage {
  return {
    epoch: 'log',
    seq,
    behind: false,
    total: 10_000,
    next: null,
    cells: Array.from({ length: count }, (_, at) => ({
      index: from + at,
      seq,
      execution_count: null,
      source: `cell ${from + at}`,
      outputs_from: 0,
      outputs: [
        {
          index: 0,
          seq,
          output: { output_type: 'stream', name: 'stdout', text },
          omitted: 0
        }
      ]
    }))
  };
}

describe('the cells of a run', () => {
  let wire: Wire;
  let cells: Cells;
  let moving: boolean;

  beforeEach(() => {
    wire = new Wire();
    moving = false;
    cells = new Cells({ api: wire.api, id: 'x', moving: () => moving });
  });

  afterEach(() => cells.dispose());

  it('arrive at what the fold makes, page by page', async () => {
    let at = 0;
    wire
      .answer('outline', () => pages[at].outline)
      // The first page, without `after`, has every cell; later ones build on it.
      .answer('cells', () => pages[at].cells);
    cells.show(0, 6);
    for (at = 0; at < pages.length; at++) {
      await cells.look();
    }
    const shown = [0, 1, 2, 3, 4, 5].map(index =>
      cells.get(index)?.outputs.map(({ output }) => output)
    );
    expect(shown).toEqual(golden.folded.map(({ outputs }) => outputs));
    expect(cells.outline.map(({ status }) => status)).toEqual([
      null,
      'ok',
      'ok',
      null,
      'error',
      null
    ]);
  });

  it('are fetched for the window only, in pages', async () => {
    wire
      .answer('outline', () => outline(10_000))
      .answer('cells', ({ query }) =>
        page(Number(query.get('from')), Number(query.get('count')), 'x')
      );
    await cells.look();
    expect(wire.of('cells')).toEqual([]);
    cells.show(5000, 5060);
    await cells.look();
    const asked = wire.of('cells').map(({ query }) => query.toString());
    expect(asked).toEqual([
      'from=5000&count=50&epoch=log',
      'from=5050&count=50&epoch=log'
    ]);
    expect(cells.get(5000)?.source).toBe('cell 5000');
    expect(cells.get(4999)).toBeUndefined();
  });

  it('keep no more than they need of a long run', async () => {
    wire
      .answer('outline', () => outline(10_000))
      .answer('cells', ({ query }) =>
        page(Number(query.get('from')), Number(query.get('count')), 'x')
      );
    for (let from = 0; from < 1000; from += 50) {
      cells.show(from, from + 50);
      await cells.look();
    }
    const kept = outline(10_000).cells.filter(({ index }) => cells.get(index));
    expect(kept.length).toBeLessThanOrEqual(300);
    expect(cells.get(999)).toBeDefined();
    expect(cells.get(0)).toBeUndefined();
  });

  it('come when the notebook is there, and anew with another attempt', async () => {
    let told = outline(0, {}, '');
    wire
      .answer('outline', () => told)
      .answer('cells', () => ({ ...page(0, 2, 'x'), epoch: told.epoch }));
    moving = true;
    cells.show(0, 2);
    await cells.look();
    told = outline(2, {}, '');
    await cells.look();
    expect(cells.total).toBe(2);
    expect(cells.get(1)?.source).toBe('cell 1');
    told = outline(2, {}, 'second');
    await cells.look();
    expect(wire.of('cells')).toHaveLength(2);
  });

  it('can be asked for whole', async () => {
    wire
      .answer('outline', () => outline(3))
      .answer('cells', ({ query }) =>
        page(
          Number(query.get('from')),
          query.get('whole') ? 1 : 3,
          query.get('whole') ? 'all of it' : 'its end'
        )
      );
    cells.show(0, 3);
    await cells.look();
    await cells.showAll(1);
    expect(cells.get(1)?.outputs[0].output).toMatchObject({
      text: 'all of it'
    });
    expect(cells.get(0)?.outputs[0].output).toMatchObject({ text: 'its end' });
    expect(cells.isWhole(1)).toBe(true);
  });

  it('say why they cannot be read, and recover', async () => {
    wire.answer('outline', () => refuse('not_found', 'The folder is gone.'));
    await expect(cells.look()).rejects.toThrow('The folder is gone.');
    expect(String(cells.failure)).toContain('The folder is gone.');
    wire.answer('outline', () => outline(1));
    await cells.look();
    expect(cells.failure).toBeNull();
  });
});

describe('the cells of a run that moves', () => {
  let wire: Wire;
  let hidden: boolean;
  let cells: Cells;
  const looks = () => wire.of('outline').length;

  beforeEach(() => {
    jest.useFakeTimers();
    wire = new Wire().answer('outline', () => outline(1));
    hidden = false;
    cells = new Cells({
      api: wire.api,
      id: 'x',
      moving: () => true,
      hidden: () => hidden
    });
    cells.start();
  });

  afterEach(() => {
    cells.dispose();
    jest.useRealTimers();
  });

  it('are asked for once a second, but not where nobody sees them', async () => {
    await jest.advanceTimersByTimeAsync(3500);
    const seen = looks();
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(seen).toBeLessThanOrEqual(5);
    hidden = true;
    cells.nudge();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(looks()).toBe(seen);
    hidden = false;
    await jest.advanceTimersByTimeAsync(1500);
    expect(looks()).toBeGreaterThan(seen);
  });

  it('are not asked for behind another page', async () => {
    await jest.advanceTimersByTimeAsync(1500);
    const seen = looks();
    const page = jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    await jest.advanceTimersByTimeAsync(5000);
    expect(looks()).toBe(seen);
    page.mockRestore();
  });
});

test('indices are joined to ranges', () => {
  expect(ranges([1, 2, 3, 7, 9, 10])).toEqual([
    [1, 4],
    [7, 8],
    [9, 11]
  ]);
  expect(ranges([])).toEqual([]);
});
