import type { Run } from '@jupyterlab-batch/protocol';
import { Notification } from '@jupyterlab/apputils';
import { StateDB } from '@jupyterlab/statedb';

import { HeldRuns } from '../../__tests__/heldruns';
import { lease, run, trans } from '../../__tests__/world';
import { Notifier } from '../notifier';

const ended = (n: number, revision: number, more: Partial<Run> = {}) =>
  run(n, {
    state: 'succeeded',
    revision,
    started_at: '2026-11-23T12:00:00Z',
    ended_at: '2026-11-23T12:01:44Z',
    output: '/home/me/waves/wave-runs/x/wave.ipynb',
    ...more
  });

describe('Notifier', () => {
  let state: StateDB;
  let executed: [string, { id: string }][];
  let open: Notifier[];

  /** A page with this notifier: what a reload makes anew. */
  const page = async (runs: HeldRuns) => {
    const notifier = new Notifier({
      runs,
      state,
      trans,
      execute: (command, args) => executed.push([command, args])
    });
    open.push(notifier);
    await notifier.start();
    return notifier;
  };
  const toasts = () =>
    Notification.manager.notifications.map(({ message }) => message);

  beforeEach(() => {
    state = new StateDB();
    executed = [];
    open = [];
  });

  afterEach(() => {
    open.forEach(notifier => notifier.dispose());
    Notification.dismiss();
  });

  it('tells the end of a run that was seen active, once', async () => {
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    await page(runs);
    runs.put(ended(1, 2));
    runs.put(ended(1, 3, { lease: lease({ state: 'CLOSED' }) }));
    expect(toasts()).toEqual(['wave.ipynb succeeded after 1:44.']);
  });

  it('is quiet about runs that ended before it knew any', async () => {
    const runs = new HeldRuns();
    runs.put(ended(1, 7));
    await page(runs);
    expect(toasts()).toEqual([]);
  });

  it('tells after a reload what ended meanwhile, and nothing twice', async () => {
    const before = new HeldRuns();
    before.put(run(1, { revision: 1 }));
    before.put(run(2, { revision: 2 }));
    const first = await page(before);
    before.put(ended(1, 3));
    first.dispose();
    Notification.dismiss();

    const after = new HeldRuns();
    // The first run was written to once more while its lease closed.
    after.put(ended(1, 4, { closed_at: '2026-11-23T12:02:00Z' }));
    after.put(ended(2, 5, { state: 'failed', message: 'Cell 7: ValueError.' }));
    await page(after);
    expect(toasts()).toEqual(['wave.ipynb failed: Cell 7: ValueError.']);
  });

  it('begins anew when the revisions did', async () => {
    const before = new HeldRuns();
    before.put(run(1, { revision: 90 }));
    (await page(before)).dispose();
    const after = new HeldRuns();
    after.put(ended(2, 3));
    await page(after);
    expect(toasts()).toEqual([]);
    // So short that it was never seen active, and below the old revision.
    after.put(ended(3, 5));
    expect(toasts()).toHaveLength(1);
  });

  it('offers the result only where there is one', async () => {
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    runs.put(run(2, { revision: 2 }));
    await page(runs);
    runs.put(ended(1, 3));
    runs.put(ended(2, 4, { state: 'cancelled', output: null }));
    const offered = Notification.manager.notifications.map(({ options }) =>
      (options.actions ?? []).map(({ label }) => label)
    );
    expect(offered).toContainEqual(['Open result', 'Show run']);
    expect(offered).toContainEqual(['Show run']);
    const [action] =
      Notification.manager.notifications.find(
        ({ message }) => message === 'wave.ipynb succeeded after 1:44.'
      )?.options.actions ?? [];
    action.callback(new MouseEvent('click'));
    expect(executed).toEqual([
      ['jupyterlab-batch:open-result', { id: run(1).id }]
    ]);
  });
});
