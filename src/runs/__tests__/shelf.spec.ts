import type { Run } from '@jupyterlab-batch/protocol';

import { run as running } from '../../__tests__/world';
import { Shelf } from '../shelf';

const run = (n: number, more: Partial<Run> = {}) =>
  running(n, { state: 'succeeded', ...more });
const numbers = (shelf: Shelf) => shelf.runs.map(({ revision }) => revision);

describe('a shelf', () => {
  it('takes a page that overlaps with what was told meanwhile', () => {
    const shelf = new Shelf({ state: 'succeeded' });
    shelf.fill({ runs: [run(6), run(5)], next: 'more' });
    shelf.place(run(7));
    const again = { ...run(5), label: 'as it was read later' };
    shelf.append({
      runs: [again, run(4, { state: 'failed' }), run(3)],
      next: null
    });
    expect(numbers(shelf)).toEqual([7, 6, 5, 3]);
    expect(shelf.runs[2].label).toBe('as it was read later');
  });

  it('has the notebooks in their order, and of each the newest first', () => {
    const of = (n: number, notebook: string) => run(n, { notebook });
    const shelf = new Shelf({ order: 'notebook' });
    shelf.fill({ runs: [of(5, '/a.ipynb'), of(2, '/b.ipynb')], next: 'more' });
    shelf.place(of(6, '/a.ipynb'));
    // What a page that is not read yet will have is not listed before.
    shelf.place(of(7, '/c.ipynb'));
    shelf.place(of(1, '/b.ipynb'));
    shelf.place(of(3, '/b.ipynb'));
    expect(numbers(shelf)).toEqual([6, 5, 3, 2]);
    shelf.append({
      runs: [of(1, '/b.ipynb'), of(7, '/c.ipynb')],
      next: null
    });
    expect(numbers(shelf)).toEqual([6, 5, 3, 2, 1, 7]);
    shelf.drop(run(3).id);
    expect(numbers(shelf)).toEqual([6, 5, 2, 1, 7]);
  });

  it('lets go of what a later page tells to fit no more', () => {
    const shelf = new Shelf({ state: 'succeeded', order: 'oldest' });
    shelf.fill({ runs: [run(1), run(2)], next: 'more' });
    shelf.append({ runs: [run(2, { state: 'lost' }), run(3)], next: null });
    expect(numbers(shelf)).toEqual([1, 3]);
  });
});
