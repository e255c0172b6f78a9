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

  it('lets go of what a later page tells to fit no more', () => {
    const shelf = new Shelf({ state: 'succeeded', order: 'oldest' });
    shelf.fill({ runs: [run(1), run(2)], next: 'more' });
    shelf.append({ runs: [run(2, { state: 'lost' }), run(3)], next: null });
    expect(numbers(shelf)).toEqual([1, 3]);
  });
});
