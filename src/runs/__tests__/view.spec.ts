import type { Run } from '@jupyterlab-batch/protocol';
import { waitFor } from '@testing-library/dom';

import { parameter, run, Wire } from '../../__tests__/world';
import type { IRunView, RunFilter } from '../../tokens';
import { fits } from '../fits';
import { Runs } from '../runs';

const ids = (view: IRunView) => view.runs.map(({ revision }) => revision);

describe('a view', () => {
  let wire: Wire;
  let model: Runs;
  /** what the broker has, oldest first */
  let stored: Run[];

  /** Pages of two, as keyset paging gives them. */
  const page = (query: URLSearchParams) => {
    const filter = Object.fromEntries(query) as RunFilter;
    const oldest = query.get('order') === 'oldest';
    const found = stored.filter(each => fits(each, filter));
    const sorted = oldest ? found : [...found].reverse();
    const from = Number(query.get('cursor') ?? 0);
    const next = from + 2 < sorted.length ? String(from + 2) : null;
    return { runs: sorted.slice(from, from + 2), next };
  };
  const open = async (filter: RunFilter) => {
    const view = model.view(filter);
    while (!view.loaded) {
      await new Promise(resolve => view.changed.connect(resolve));
    }
    return view;
  };

  beforeEach(async () => {
    stored = [1, 2, 3, 4, 5].map(n =>
      run(n, { state: n % 2 === 0 ? 'failed' : 'succeeded' })
    );
    wire = new Wire()
      .answer('list', ({ query }) => page(query))
      .answer('changes', ({ query }) => ({
        revision: Number(query.get('after')),
        changes: [],
        reset: false
      }));
    model = new Runs(wire.api);
    await model.refresh();
  });

  afterEach(() => {
    model.dispose();
  });

  it('gives its runs page by page, from either end', async () => {
    const newest = await open({});
    expect(ids(newest)).toEqual([5, 4]);
    await newest.loadMore();
    await newest.loadMore();
    expect(ids(newest)).toEqual([5, 4, 3, 2, 1]);
    expect(newest.hasMore).toBe(false);
    const oldest = await open({ order: 'oldest' });
    await oldest.loadMore();
    expect(ids(oldest)).toEqual([1, 2, 3, 4]);
  });

  it('reads on where few are left of what was read', async () => {
    const view = await open({ state: 'succeeded' });
    expect(ids(view)).toEqual([5, 3]);
    expect(view.hasMore).toBe(true);
    model.put(run(5, { state: 'cancelled', revision: 55 }));
    await waitFor(() => expect(ids(view)).toEqual([3, 1]));
    expect(view.hasMore).toBe(false);
  });

  it('lets runs come and go as they fit', async () => {
    const view = await open({ state: 'failed' });
    expect(ids(view)).toEqual([4, 2]);
    model.put(run(3, { state: 'failed', revision: 33 }));
    model.put(run(6, { state: 'running', revision: 60 }));
    expect(ids(view)).toEqual([4, 33, 2]);
    model.put(run(4, { state: 'running', revision: 44 }));
    model.put(run(6, { state: 'failed', revision: 61 }));
    expect(ids(view)).toEqual([61, 33, 2]);
    model.drop(run(3).id);
    expect(ids(view)).toEqual([61, 2]);
  });

  it('hides a run that is being deleted, and has it back if that failed', async () => {
    const view = await open({});
    model.drop(run(4).id);
    model.put(run(4));
    model.put(run(4, { revision: 44, deleting: true }));
    expect(ids(view)).toEqual([5]);
    model.put(run(4, { revision: 45, message: 'It cannot be deleted.' }));
    expect(ids(view)).toEqual([5, 45]);
  });

  it('lists no run beyond the last loaded page', async () => {
    const view = await open({});
    model.put(run(1, { revision: 50 }));
    expect(model.get(run(1).id)?.revision).toBe(50);
    expect(ids(view)).toEqual([5, 4]);
    stored[0] = run(1, { revision: 50 });
    await view.loadMore();
    await view.loadMore();
    expect(ids(view)).toEqual([5, 4, 3, 2, 50]);
  });

  it('misses nothing that is told while a page is on its way', async () => {
    wire.answer('list', ({ query }) => {
      const answer = page(query);
      model.put(run(9, { revision: 90 }));
      model.put(run(5, { revision: 55, state: 'lost' }));
      model.drop(run(4).id);
      return answer;
    });
    const view = await open({});
    expect(ids(view)).toEqual([90, 55]);
  });

  it('is loaded once the broker answers again', async () => {
    wire.down = true;
    const view = model.view({ state: 'failed' });
    await model.refresh();
    expect(view.loaded).toBe(false);
    wire.down = false;
    await model.refresh();
    expect(view.loaded).toBe(true);
    expect(ids(view)).toEqual([4, 2]);
  });

  it('is as long as it was after it is read anew', async () => {
    stored = Array.from({ length: 30 }, (_, n) => run(n + 1));
    const view = await open({});
    while (view.hasMore) {
      await view.loadMore();
    }
    const lengths = new Set<number>();
    view.changed.connect(() => lengths.add(view.runs.length));
    stored = stored.map(each => ({ ...each, revision: each.revision + 50 }));
    wire.answer('changes', ({ query }) => ({
      revision: 80,
      changes: stored
        .filter(({ revision }) => revision > Number(query.get('after')))
        .map(({ id, state, revision }) => ({ id, state, revision })),
      reset: false
    }));
    await model.refresh();
    expect(ids(view)).toEqual(stored.map(each => each.revision).reverse());
    expect([...lengths]).toEqual([30]);
  });

  it('is asked for no more once it is disposed', async () => {
    const view = await open({ state: 'failed' });
    const asked = () =>
      wire.of('list').filter(({ query }) => query.get('state') === 'failed');
    const { length } = asked();
    view.dispose();
    wire.answer('changes', () => ({ revision: 9, changes: [], reset: true }));
    await model.refresh();
    expect(asked()).toHaveLength(length);
  });

  it('is quiet once it is disposed', async () => {
    const view = await open({});
    let told = 0;
    view.changed.connect(() => (told += 1));
    view.dispose();
    model.put(run(8, { revision: 80 }));
    expect(told).toBe(0);
  });
});

describe('fits', () => {
  const one = run(1, {
    label: 'Storm 7',
    submitted_at: '2026-11-23T12:00:00Z',
    parameters: [parameter({ name: 'AMP', text: '4.0' })]
  });

  it.each<[RunFilter, boolean]>([
    [{}, true],
    [{ state: 'active' }, true],
    [{ state: 'ended' }, false],
    [{ state: 'lost, running' }, true],
    [{ target: 'local' }, true],
    [{ target: 'cluster' }, false],
    [{ notebook: '/home/me/waves/wave.ipynb' }, true],
    [{ notebook: 'wave.ipynb' }, false],
    [{ label: 'Storm 7' }, true],
    [{ label: 'storm 7' }, false],
    [{ after: '2026-11-23T12:00:00Z' }, true],
    [{ before: '2026-11-23T12:00:00Z' }, false],
    [{ after: '2026-11-23T11:00:00Z', before: '2026-11-23T12:00:01Z' }, true],
    [{ q: 'STORM amp=4' }, true],
    [{ q: 'storm amp=5' }, false],
    [{ q: '  ' }, true]
  ])('%j: %s', (filter, expected) => {
    expect(fits(one, filter)).toBe(expected);
  });
});
