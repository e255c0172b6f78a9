import type { Run } from '@jupyterlab-batch/protocol';
import { StateDB } from '@jupyterlab/statedb';
import type { IDisposable } from '@lumino/disposable';

import { HeldRuns } from '../../__tests__/heldruns';
import { lease, run } from '../../__tests__/world';
import { RunEnds } from '../ends';
import { Seen } from '../seen';
import { TitleBadge } from '../titlebadge';

const ended = (n: number, revision: number, more: Partial<Run> = {}) =>
  run(n, {
    state: 'succeeded',
    revision,
    started_at: '2026-11-23T12:00:00Z',
    ended_at: '2026-11-23T12:01:44Z',
    output: '/home/me/waves/wave-runs/x/wave.ipynb',
    ...more
  });

describe('RunEnds', () => {
  let state: StateDB;
  let told: number[];
  let open: IDisposable[];

  /** What a page makes anew when it is loaded. */
  const page = async (runs: HeldRuns) => {
    const seen = new Seen({
      key: 'seen',
      storage: window.localStorage,
      tabs: window
    });
    const ends = new RunEnds({ runs, state, seen });
    open.push(ends, seen);
    ends.ended.connect((_, { id }) => told.push(Number(id.slice(-3))));
    await ends.start();
    return ends;
  };

  beforeEach(() => {
    state = new StateDB();
    told = [];
    open = [];
  });

  afterEach(() => {
    open.forEach(each => each.dispose());
    window.localStorage.clear();
  });

  it('tells the end of a run that was seen active, once', async () => {
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    await page(runs);
    runs.put(ended(1, 2));
    runs.put(ended(1, 3, { lease: lease({ state: 'CLOSED' }) }));
    expect(told).toEqual([1]);
  });

  it('is quiet about runs that ended before it knew any', async () => {
    const runs = new HeldRuns();
    runs.put(ended(1, 7));
    const ends = await page(runs);
    expect(told).toEqual([]);
    expect(ends.unseen.size).toBe(0);
  });

  it('tells after a reload what ended meanwhile, and nothing twice', async () => {
    const before = new HeldRuns();
    before.clock = new Date('2026-11-23T12:01:00Z');
    before.put(run(1, { revision: 1 }));
    before.put(run(2, { revision: 2 }));
    const first = await page(before);
    before.put(ended(1, 3));
    first.dispose();

    const after = new HeldRuns();
    // The first run was written to once more while its lease closed.
    after.put(ended(1, 4, { closed_at: '2026-11-23T12:02:00Z' }));
    after.put(ended(2, 5, { state: 'failed', message: 'Cell 7: ValueError.' }));
    const second = await page(after);
    expect(told).toEqual([1, 2]);
    expect([...second.unseen]).toEqual([run(1).id, run(2).id]);
  });

  it('is quiet about one that ended long ago and is written to once more', async () => {
    const before = new HeldRuns();
    before.put(run(1, { revision: 1 }));
    before.clock = new Date('2026-11-23T14:00:00Z');
    const first = await page(before);
    before.put(ended(2, 2, { deleting: true }));
    first.dispose();
    const after = new HeldRuns();
    after.clock = new Date('2026-11-23T16:00:00Z');
    after.put(ended(3, 5, { message: 'The run cannot be deleted.' }));
    after.put(ended(4, 6, { ended_at: '2026-11-23T15:00:00Z' }));
    await page(after);
    expect(told).toEqual([4]);
  });

  it('counts what ended meanwhile on whichever page of the list it is', async () => {
    const before = new HeldRuns();
    before.clock = new Date('2026-11-23T12:01:00Z');
    before.put(run(1, { revision: 1 }));
    (await page(before)).dispose();
    const after = new HeldRuns();
    after.put(run(90, { revision: 90 }));
    const asked = jest.spyOn(after, 'since').mockImplementation(async () => {
      after.put(ended(1, 40));
      after.put(ended(2, 41));
    });
    const { unseen } = await page(after);
    expect(asked.mock.calls).toEqual([[1]]);
    expect([...unseen]).toEqual([run(1).id, run(2).id]);
  });

  it('begins anew when the revisions did', async () => {
    const before = new HeldRuns();
    before.put(run(1, { revision: 90 }));
    (await page(before)).dispose();
    const after = new HeldRuns();
    after.clock = new Date('2026-11-23T12:01:00Z');
    after.put(ended(2, 3));
    await page(after);
    expect(told).toEqual([]);
    // So short that it was never seen active, and below the old revision.
    after.put(ended(3, 5));
    expect(told).toEqual([3]);
  });

  it('counts what ended until the user looks, also after a reload', async () => {
    const runs = new HeldRuns();
    [1, 2, 3].forEach(n => runs.put(run(n, { revision: n })));
    const first = await page(runs);
    runs.put(ended(1, 4));
    runs.put(ended(2, 5));
    expect(first.unseen.size).toBe(2);
    first.dispose();
    const second = await page(runs);
    expect(second.unseen.size).toBe(2);
    runs.put(ended(3, 6));
    runs.drop(run(1).id);
    expect([...second.unseen]).toEqual([run(2).id, run(3).id]);
    let changes = 0;
    second.unseenChanged.connect(() => (changes += 1));
    second.see();
    second.see();
    expect(second.unseen.size).toBe(0);
    expect(changes).toBe(1);
    second.dispose();
    expect((await page(runs)).unseen.size).toBe(0);
  });

  it.each([
    [700, 700, false],
    [1001, 1000, true]
  ])('counts %i that ended, also after a reload', async (n, size, more) => {
    const runs = new HeldRuns();
    for (let at = 1; at <= n; at++) {
      runs.put(run(at, { revision: at }));
    }
    const first = await page(runs);
    for (let at = 1; at <= n; at++) {
      runs.put(ended(at, n + at));
    }
    expect([first.unseen.size, first.unseenMore]).toEqual([size, more]);
    first.dispose();
    const second = await page(runs);
    expect([second.unseen.size, second.unseenMore]).toEqual([size, more]);
    second.see();
    expect([second.unseen.size, second.unseenMore]).toEqual([0, false]);
    runs.put(run(n + 1, { revision: 2 * n + 1 }));
    runs.put(ended(n + 1, 2 * n + 2));
    expect([second.unseen.size, second.unseenMore]).toEqual([1, false]);
  });

  it('counts in no tab what was looked at in another', async () => {
    const runs = new HeldRuns();
    [1, 2, 3].forEach(n => runs.put(run(n, { revision: n })));
    const mine = await page(runs);
    // A tab has a workspace, and so a state, of its own.
    state = new StateDB();
    const other = await page(runs);
    runs.put(ended(1, 4));
    runs.put(ended(2, 5));
    let changes = 0;
    other.unseenChanged.connect(() => (changes += 1));
    mine.see();
    // The browser tells it to the other tabs only.
    window.dispatchEvent(new StorageEvent('storage', { key: 'another' }));
    expect(other.unseen.size).toBe(2);
    window.dispatchEvent(new StorageEvent('storage', { key: 'seen' }));
    expect([other.unseen.size, changes]).toEqual([0, 1]);
    // One that hears of the end later than the tab that showed it.
    runs.put(ended(3, 6));
    mine.see();
    state = new StateDB();
    await state.save('jupyterlab-batch:notify', {
      revision: 5,
      told: [],
      unseen: [run(1).id]
    });
    const late = await page(runs);
    expect(late.unseen.size).toBe(0);
  });

  it.each([['not JSON'], ['{"an": "object"}'], ['[1, null, "x"]']])(
    'counts on where %s was stored',
    async stored => {
      window.localStorage.setItem('seen', stored);
      const runs = new HeldRuns();
      runs.put(run(1, { revision: 1 }));
      const ends = await page(runs);
      runs.put(ended(1, 2));
      expect(ends.unseen.size).toBe(1);
      ends.see();
      expect(ends.unseen.size).toBe(0);
      expect(window.localStorage.getItem('seen')).toContain(run(1).id);
    }
  );
});

describe('the count in the title', () => {
  it('stays in front of whatever the title becomes, and goes', async () => {
    document.title = 'wave.ipynb - JupyterLab';
    const badge = new TitleBadge();
    badge.show(3);
    expect(document.title).toBe('(3) wave.ipynb - JupyterLab');
    badge.show(12);
    expect(document.title).toBe('(12) wave.ipynb - JupyterLab');
    document.title = 'fit.ipynb - JupyterLab';
    await new Promise(resolve => setTimeout(resolve));
    expect(document.title).toBe('(12) fit.ipynb - JupyterLab');
    badge.show(1000, true);
    expect(document.title).toBe('(1,000+) fit.ipynb - JupyterLab');
    badge.show(0);
    expect(document.title).toBe('fit.ipynb - JupyterLab');
    badge.show(1);
    badge.dispose();
    expect(document.title).toBe('fit.ipynb - JupyterLab');
  });
});
