import { waitFor } from '@testing-library/dom';

import { HeldRuns } from '../../__tests__/heldruns';
import { run, Wire } from '../../__tests__/world';
import { Groups } from '../groups';

/** A broker with so many notebooks; a cursor is the number of the next one. */
function notebooksOf(count: number, counted = 1) {
  return ({ query }: { query: URLSearchParams }) => {
    const from = Number(query.get('cursor') ?? 0);
    const to = Math.min(count, from + Number(query.get('limit')));
    return {
      notebooks: Array.from({ length: to - from }, (_, n) => ({
        notebook: `/home/me/${from + n}.ipynb`,
        runs: counted
      })),
      next: to < count ? String(to) : null
    };
  };
}

describe('the list by notebook', () => {
  let wire: Wire;
  let runs: HeldRuns;
  let groups: Groups;

  beforeEach(() => {
    wire = new Wire().answer('notebooks', notebooksOf(1200));
    runs = new HeldRuns();
    groups = new Groups({ api: wire.api, runs, filter: {}, open: [] });
  });
  afterEach(() => groups.dispose());

  const shown = () => groups.notebooks.map(({ notebook }) => notebook);
  const loaded = () => waitFor(() => expect(groups.loading).toBe(false));

  it('is as long as it was after it is counted anew', async () => {
    await loaded();
    while (groups.notebooks.length < 700) {
      await groups.loadMore();
    }
    const { length } = groups.notebooks;
    wire.answer('notebooks', notebooksOf(1200, 2));
    runs.put(run(1));
    await waitFor(() => expect(groups.notebooks[0].runs).toBe(2), {
      timeout: 3000
    });
    expect(groups.notebooks.length).toBeGreaterThanOrEqual(length);
    expect(new Set(shown()).size).toBe(groups.notebooks.length);
  });

  it('asks one thing after the other, so that no old answer wins', async () => {
    await loaded();
    let open = 0;
    const answers: (() => void)[] = [];
    wire.answer('notebooks', async asked => {
      open += 1;
      expect(open).toBe(1);
      await new Promise<void>(resolve => answers.push(resolve));
      open -= 1;
      return notebooksOf(1200, 3)(asked);
    });
    const more = groups.loadMore();
    runs.put(run(1));
    await waitFor(() => expect(answers).toHaveLength(1));
    // Longer than changes are gathered.
    await new Promise(resolve => setTimeout(resolve, 1200));
    expect(answers).toHaveLength(1);
    answers[0]();
    await more;
    await waitFor(() => expect(answers).toHaveLength(2));
    answers[1]();
    await loaded();
    expect(groups.notebooks.every(each => each.runs === 3)).toBe(true);
    expect(new Set(shown()).size).toBe(100);
  });
});
