import type { Run } from '@jupyterlab-batch/protocol';
import { Notification } from '@jupyterlab/apputils';
import { StateDB } from '@jupyterlab/statedb';
import { Signal } from '@lumino/signaling';
import { waitFor } from '@testing-library/dom';

import { HeldRuns } from '../../__tests__/heldruns';
import { run, trans } from '../../__tests__/world';
import { RunEnds } from '../../ends/ends';
import { Seen } from '../../ends/seen';
import { BatchSettings, DEFAULTS } from '../../settings/settings';
import type { IBatchSettings, IBatchSettingsValues } from '../../tokens';
import { Announcer } from '../announcer';
import { Claims } from '../claims';
import { Notifier } from '../notifier';
import { SystemNotices } from '../system';

const ended = (n: number, revision: number, more: Partial<Run> = {}) =>
  run(n, {
    state: 'succeeded',
    revision,
    started_at: '2026-11-23T12:00:00Z',
    ended_at: '2026-11-23T12:01:44Z',
    output: '/home/me/waves/wave-runs/x/wave.ipynb',
    ...more
  });

/** One lock manager for all tabs of a browser, as simple as it can be. */
class Locks {
  /** milliseconds that a browser takes to give one */
  slow = 0;
  request = (async (_: string, work: () => Promise<unknown>) => {
    const mine = this._last.then(async () => {
      await new Promise(resolve => setTimeout(resolve, this.slow));
      return work();
    });
    this._last = mine.catch(() => undefined);
    return mine;
  }) as LockManager['request'];

  private _last: Promise<unknown> = Promise.resolve();
}

describe('notices', () => {
  let storage: Map<string, string>;
  let locks: Locks;
  let executed: [string, { id?: string }][];
  let open: { dispose(): void }[];
  let shown: string[];
  let settings: IBatchSettings;

  /** A browser's Notification that remembers what it was asked to show. */
  class SystemNotification {
    static permission = 'granted';
    onclick = () => undefined;
    constructor(_: string, { body }: { body: string }) {
      shown.push(body);
    }
    close() {}
  }

  const own = <T extends { dispose(): void }>(each: T): T => {
    open.push(each);
    return each;
  };

  /** A tab of one browser. */
  const tab = async (runs: HeldRuns, hidden = false, patience?: number) => {
    const shared = {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => storage.set(key, value)
    };
    const seen = own(new Seen({ key: 'seen', storage: shared, tabs: window }));
    const ends = own(new RunEnds({ runs, state: null, seen }));
    const notifier = new Notifier({
      runs,
      ends,
      settings,
      trans,
      patience,
      claims: new Claims({
        key: 'told',
        locks,
        hidden: () => hidden,
        ahead: 20,
        storage: shared
      }),
      system: new SystemNotices({
        state: new StateDB(),
        trans,
        hidden: () => hidden,
        browser: SystemNotification as unknown as typeof globalThis.Notification
      }),
      execute: (command, args) => executed.push([command, args])
    });
    open.push(notifier);
    await ends.start();
    return notifier;
  };
  const toasts = () =>
    Notification.manager.notifications.map(({ message }) => message);
  /** As JupyterLab draws a toast that nobody has hidden. */
  const onScreen = (id: string) => {
    document.body.appendChild(document.createElement('div')).id = id;
  };
  const actions = () =>
    Notification.manager.notifications.flatMap(({ options }) =>
      (options.actions ?? []).map(({ label }) => label)
    );

  beforeEach(() => {
    storage = new Map();
    locks = new Locks();
    executed = [];
    open = [];
    shown = [];
    settings = new BatchSettings();
    SystemNotification.permission = 'granted';
  });

  afterEach(() => {
    open.forEach(each => each.dispose());
    Notification.dismiss();
  });

  it('tell how a run goes on, and turn into its result', async () => {
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1, state: 'staged', progress: null }));
    const notifier = await tab(runs);
    notifier.follow(runs.runs[0]);
    expect(toasts()).toEqual(['wave.ipynb: preparing']);
    runs.put(run(1, { revision: 2 }));
    expect(toasts()).toEqual(['wave.ipynb: running, cell 3 of 12']);
    const [{ id, options }] = Notification.manager.notifications;
    onScreen(id);
    expect(options.progress).toBeCloseTo(2 / 12);
    runs.put(ended(1, 3));
    await waitFor(() =>
      expect(toasts()).toEqual(['wave.ipynb succeeded after 1:44.'])
    );
    const [turned] = Notification.manager.notifications;
    expect([turned.id, turned.type]).toEqual([id, 'success']);
    expect(actions()).toEqual(['Open result', 'Show run']);
    turned.options.actions?.[0].callback(new MouseEvent('click'));
    expect(executed).toEqual([
      ['jupyterlab-batch:open-result', { id: run(1).id }]
    ]);
  });

  it('are told anew when the user has hidden how it goes on', async () => {
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    (await tab(runs)).follow(runs.runs[0]);
    const [{ id }] = Notification.manager.notifications;
    runs.put(ended(1, 2));
    await waitFor(() =>
      expect(toasts()).toEqual([expect.stringContaining('succeeded')])
    );
    expect(Notification.manager.notifications[0].id).not.toBe(id);
  });

  it('leave the screen while a long run goes on, and come at its end', async () => {
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    (await tab(runs, false, 10)).follow(runs.runs[0]);
    expect(toasts()).toHaveLength(1);
    await waitFor(() => expect(toasts()).toHaveLength(0));
    runs.put(ended(1, 3, { state: 'cancelled', output: null }));
    await waitFor(() =>
      expect(toasts()).toEqual(['wave.ipynb was cancelled.'])
    );
    expect(actions()).toEqual(['Show run']);
  });

  it('respect that the user has closed one', async () => {
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    (await tab(runs)).follow(runs.runs[0]);
    Notification.dismiss();
    runs.put(run(1, { revision: 2, state: 'finishing' }));
    expect(toasts()).toEqual([]);
  });

  /** As the settings editor has set them. */
  const set = (values: Partial<IBatchSettingsValues>) => {
    settings = {
      current: { ...DEFAULTS, ...values },
      changed: new Signal<IBatchSettings, void>({} as IBatchSettings),
      ready: Promise.resolve()
    };
  };

  it('do not follow a run where that is not wanted, and tell its end', async () => {
    set({ progress: false });
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    (await tab(runs)).follow(runs.runs[0]);
    expect(toasts()).toEqual([]);
    runs.put(ended(1, 2));
    await waitFor(() =>
      expect(toasts()).toEqual(['wave.ipynb succeeded after 1:44.'])
    );
  });

  it('tell no end where that is not wanted, but leave none half told', async () => {
    set({ toasts: false });
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    runs.put(run(2, { revision: 2 }));
    const notifier = await tab(runs, true);
    notifier.follow(runs.runs[0]);
    expect(toasts()).toEqual(['wave.ipynb: running, cell 3 of 12']);
    onScreen(Notification.manager.notifications[0].id);
    runs.put(ended(2, 3));
    runs.put(ended(1, 4));
    // The system's notices are a setting of their own.
    await waitFor(() => expect(shown).toHaveLength(2));
    expect(toasts()).toEqual(['wave.ipynb succeeded after 1:44.']);
  });

  it('leave the system alone where that is not wanted', async () => {
    set({ system: false });
    SystemNotification.permission = 'default';
    const runs = new HeldRuns();
    runs.put(run(1, { revision: 1 }));
    const notifier = await tab(runs, true);
    notifier.follow(runs.runs[0]);
    expect(toasts()).toEqual(['wave.ipynb: running, cell 3 of 12']);
    SystemNotification.permission = 'granted';
    onScreen(Notification.manager.notifications[0].id);
    runs.put(ended(1, 2));
    await waitFor(() =>
      expect(toasts()).toEqual(['wave.ipynb succeeded after 1:44.'])
    );
    expect(shown).toEqual([]);
  });

  it('tell as one of many that ended while nobody was here', async () => {
    const runs = new HeldRuns();
    for (let n = 1; n <= 24; n += 1) {
      runs.put(run(n, { revision: n }));
    }
    await tab(runs, true);
    locks.slow = 30;
    for (let n = 1; n <= 24; n += 1) {
      const state = n % 3 === 0 ? 'failed' : 'succeeded';
      runs.put(ended(n, 30 + n, { state }));
    }
    const words = '24 runs ended: 16 succeeded, 8 failed';
    await waitFor(() => expect(toasts()).toEqual([words]));
    expect(shown).toEqual([words]);
    const [{ type, options }] = Notification.manager.notifications;
    expect(type).toBe('error');
    options.actions?.[0].callback(new MouseEvent('click'));
    expect(executed).toEqual([['jupyterlab-batch:show-runs', {}]]);
  });

  it('come once for all tabs, in the one that is in view', async () => {
    const [first, second] = [new HeldRuns(), new HeldRuns()];
    for (const runs of [first, second]) {
      runs.put(run(1, { revision: 1 }));
    }
    await tab(first, true);
    await tab(second);
    first.put(ended(1, 2));
    second.put(ended(1, 2));
    await waitFor(() => expect(toasts()).toHaveLength(1));
    // Longer than a hidden tab waits.
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(toasts()).toHaveLength(1);
    expect(shown).toEqual([]);
  });

  it('are told by the system where no tab is in view', async () => {
    const [first, second] = [new HeldRuns(), new HeldRuns()];
    for (const runs of [first, second]) {
      runs.put(run(1, { revision: 1 }));
      await tab(runs, true);
    }
    first.put(ended(1, 2));
    second.put(ended(1, 2));
    await waitFor(() =>
      expect(shown).toEqual(['wave.ipynb succeeded after 1:44.'])
    );
    await new Promise(resolve => setTimeout(resolve, 60));
    expect(shown).toHaveLength(1);
  });

  it('ask once whether the system may tell', async () => {
    SystemNotification.permission = 'default';
    const state = new StateDB();
    const make = () =>
      new SystemNotices({
        state,
        trans,
        hidden: () => true,
        browser: SystemNotification as unknown as typeof globalThis.Notification
      });
    const first = make();
    await first.offer();
    await first.offer();
    expect(actions()).toEqual(['Yes', 'No']);
    Notification.dismiss();
    await make().offer();
    expect(toasts()).toEqual([]);
  });
});

describe('the live region', () => {
  it('says changes of state, but not what is only read', async () => {
    const runs = new HeldRuns();
    const region = new Announcer(runs, trans, 0);
    runs.put(run(1));
    runs.put(run(2, { state: 'succeeded' }));
    runs.put(run(1, { state: 'finishing', revision: 2 }));
    runs.put(run(1, { state: 'succeeded', revision: 3 }));
    await waitFor(() =>
      expect(region.node.textContent).toBe('wave.ipynb succeeded')
    );
    for (let n = 10; n < 15; n++) {
      runs.put(run(n));
    }
    await waitFor(() => expect(region.node.textContent).toBe('5 runs changed'));
    expect(region.node.getAttribute('aria-live')).toBe('polite');
    region.dispose();
  });
});
