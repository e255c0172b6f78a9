import type { Run } from '@jupyterlab-batch/protocol';
import { StateDB } from '@jupyterlab/statedb';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { act } from '@testing-library/react';
import { fireEvent, screen, waitFor, within } from '@testing-library/dom';

import { parameter, run, trans, Wire } from '../../__tests__/world';
import { Extensions } from '../../extensions/extensions';
import { Runs } from '../../runs/runs';
import { DEFAULTS } from '../../settings/settings';
import { CommandIDs } from '../../tokens';
import { PanelModel } from '../model';
import { Panel } from '../panel';

/** jsdom has no layout: the list is 600 px high, its lines 60. */
function layOut(): void {
  const height = (element: HTMLElement) =>
    element.classList.contains('jp-Batch-scroller') ? 600 : 60;
  for (const [name, size] of [
    ['offsetHeight', height],
    ['clientHeight', height],
    ['clientWidth', () => 300]
  ] as const) {
    Object.defineProperty(HTMLElement.prototype, name, {
      configurable: true,
      get(this: HTMLElement) {
        return size(this);
      }
    });
  }
  Element.prototype.scrollTo = function (to?: ScrollToOptions | number) {
    if (typeof to === 'object') {
      this.scrollTop = to.top ?? 0;
      // A browser tells of it later, too.
      setTimeout(() => fireEvent.scroll(this), 0);
    }
  };
}

describe('the panel', () => {
  let wire: Wire;
  let runs: Runs;
  let model: PanelModel;
  let panel: Panel;
  let extensions: Extensions;
  let state: StateDB;
  let known: Run[];
  let executed: [string, unknown][];

  const start = async () => {
    await act(async () => {
      Widget.attach(panel, document.body);
      await runs.refresh();
    });
    // The list itself is read when it is first shown.
    await screen.findByText(/run fits|No batch runs|All states/);
  };
  const items = () => [
    ...document.querySelectorAll<HTMLElement>('.jp-Batch-run')
  ];
  const item = (n: number) => {
    const found = items().find(each => each.dataset.runId === run(n).id);
    if (!found) {
      throw new Error(`run ${n} is not listed`);
    }
    return found;
  };
  const lines = () => [
    ...document.querySelectorAll<HTMLElement>('[role="row"]')
  ];
  const chosen = () =>
    lines()
      .filter(each => each.getAttribute('aria-selected') === 'true')
      .map(each => each.dataset.runId);
  const press = (key: string, more: object = {}) =>
    act(async () => {
      const line = document.querySelector('[role="row"][tabindex="0"]');
      fireEvent.keyDown(line ?? document.body, { key, ...more });
      await new Promise(resolve => requestAnimationFrame(resolve));
    });
  const choose = (filter: string, value: string) =>
    act(async () => {
      const field = document.querySelector(`[data-filter="${filter}"]`);
      fireEvent.change(field ?? document.body, { target: { value } });
    });
  const asked = () => wire.of('list').map(({ query }) => String(query));

  beforeEach(() => {
    layOut();
    known = [];
    executed = [];
    state = new StateDB();
    wire = new Wire()
      .answer('list', ({ query }) => {
        const limit = Number(query.get('limit'));
        const from = Number(query.get('cursor') ?? 0);
        return {
          runs: known.slice(from, from + limit),
          next: from + limit < known.length ? String(from + limit) : null
        };
      })
      .answer('targets', () => ({ targets: [] }))
      .answer('locate', () => ({ notebook: '/home/me/waves/wave.ipynb' }))
      .answer('changes', ({ query }) => ({
        revision: Number(query.get('after')),
        changes: [],
        reset: false
      }));
    runs = new Runs(wire.api);
    const commands = new CommandRegistry();
    for (const command of Object.values(CommandIDs)) {
      commands.addCommand(command, {
        label: command,
        describedBy: {},
        isEnabled: () => command !== CommandIDs.deleteRun,
        execute: args => executed.push([command, args])
      });
    }
    extensions = new Extensions();
    extensions.addAction({ command: CommandIDs.cancelRun, label: 'Cancel' });
    extensions.addAction({ command: CommandIDs.deleteRun });
    model = new PanelModel({ api: wire.api, runs, state, patience: 0 });
    panel = new Panel({
      api: wire.api,
      runs,
      model,
      commands,
      extensions,
      trans
    });
  });

  afterEach(() => {
    act(() => {
      panel.dispose();
      runs.dispose();
    });
  });

  it('teaches while there are no runs', async () => {
    await start();
    expect(screen.getByText(/press Run as batch/)).toBeTruthy();
    fireEvent.click(screen.getByText(/in front as batch/));
    expect(executed).toEqual([[CommandIDs.runNotebook, {}]]);
  });

  it('says state, progress, parameters and what others add', async () => {
    known = [
      run(2, { label: 'study', parameters: [parameter({ text: '4.0' })] }),
      run(1, { state: 'queued', position: 2, progress: null, started_at: null })
    ];
    const column = extensions.addColumn({
      id: 'kernel',
      label: 'Kernel',
      text: each => (each.state === 'running' ? each.kernel : null)
    });
    await start();
    expect(item(2).dataset.state).toBe('running');
    expect(within(item(2)).getByText('running')).toBeTruthy();
    expect(within(item(2)).getByText('study')).toBeTruthy();
    expect(within(item(2)).getByText('AMP 4.0')).toBeTruthy();
    expect(within(item(2)).getByText('cell 3 of 12')).toBeTruthy();
    expect(within(item(2)).getByTitle('Kernel').textContent).toBe('python3');
    expect(within(item(1)).queryByTitle('Kernel')).toBeNull();
    expect(within(item(1)).getByText('number 2 in line')).toBeTruthy();
    act(() => column.dispose());
    expect(within(item(2)).queryByTitle('Kernel')).toBeNull();
  });

  it('renders what is in view of many, and reads ahead', async () => {
    known = Array.from({ length: 60 }, (_, n) => run(100 - n));
    await start();
    expect(items().length).toBeLessThan(25);
    expect(lines()[0].dataset.runId).toBe(run(100).id);
    await press('End');
    await waitFor(() => expect(model.rows.count).toBe(60));
    expect(asked().filter(each => each.includes('cursor=50'))).toHaveLength(1);
    expect(items().length).toBeLessThan(40);
  });

  it('keeps in place what is looked at while runs come above it', async () => {
    known = Array.from({ length: 40 }, (_, n) => run(100 - n));
    await start();
    const scroller = screen.getByRole('grid');
    // At the top, and nobody about to press anything: new ones are seen at once.
    act(() => runs.put(run(101)));
    expect(scroller.scrollTop).toBe(0);
    expect(lines()[0].dataset.runId).toBe(run(101).id);
    act(() => {
      fireEvent.pointerOver(scroller);
      runs.put(run(102));
    });
    const first = scroller.scrollTop;
    expect(first).toBeGreaterThan(0);
    act(() => runs.put(run(103)));
    expect(scroller.scrollTop).toBeGreaterThan(first);
    // What changes below moves nothing.
    const held = scroller.scrollTop;
    act(() => runs.put(run(90, { state: 'lost', revision: 900 })));
    expect(scroller.scrollTop).toBe(held);
    fireEvent.click(screen.getByText('New runs above'));
    await waitFor(() => expect(scroller.scrollTop).toBe(0));
    await waitFor(() =>
      expect(screen.queryByText('New runs above')).toBeNull()
    );
    // Another filter begins at the top.
    act(() => {
      scroller.scrollTop = 300;
      fireEvent.scroll(scroller);
    });
    await choose('state', 'ended');
    await waitFor(() => expect(scroller.scrollTop).toBe(0));
  });

  it('runs commands on the run whose button is pressed', async () => {
    known = [run(2), run(1)];
    await start();
    fireEvent.click(within(item(1)).getByText('Cancel'));
    expect(executed).toEqual([[CommandIDs.cancelRun, { id: run(1).id }]]);
    expect(
      item(1).querySelector(`[data-command="${CommandIDs.deleteRun}"]`)
    ).toBeNull();
  });

  it('keeps focus and choice while runs come, change and go', async () => {
    known = [run(5), run(4), run(3)];
    await start();
    await press('ArrowDown');
    await press(' ');
    expect(document.activeElement).toBe(item(4));
    act(() => {
      runs.put(run(6));
      runs.put(run(4, { state: 'succeeded', revision: 44 }));
      runs.drop(run(3).id);
    });
    expect(item(4).dataset.state).toBe('succeeded');
    expect(document.activeElement).toBe(item(4));
    expect(chosen()).toEqual([run(4).id]);
    // Nothing that is not in view any more stays chosen.
    act(() => runs.drop(run(4).id));
    expect(chosen()).toEqual([]);
    expect(screen.queryByRole('toolbar')).toBeNull();
  });

  it('is worked by the keyboard alone', async () => {
    known = [run(5), run(4), run(3), run(2)];
    await start();
    await press('ArrowDown', { shiftKey: true });
    expect(chosen()).toEqual([run(5).id, run(4).id]);
    await press('Home');
    await press('ArrowDown');
    await press('ArrowDown', { shiftKey: true });
    await press('ArrowDown', { shiftKey: true });
    expect(chosen()).toEqual([run(4).id, run(3).id, run(2).id]);
    await press('ArrowUp', { shiftKey: true });
    expect(chosen()).toEqual([run(4).id, run(3).id]);
    await press('Delete');
    expect(executed.pop()).toEqual([
      CommandIDs.deleteRuns,
      { ids: [run(4).id, run(3).id] }
    ]);
    await press('a', { ctrlKey: true });
    expect(chosen()).toHaveLength(4);
    await press('Escape');
    expect(chosen()).toEqual([]);
    await press('ArrowRight');
    expect(document.activeElement?.tagName).toBe('BUTTON');
    fireEvent.keyDown(document.activeElement ?? document.body, {
      key: 'ArrowLeft'
    });
    expect(document.activeElement).toBe(item(3));
    await press('Enter');
    expect(panel.shown).toBe(run(3).id);
  });

  it('chooses with the pointer, and offers what fits all', async () => {
    known = [run(5), run(4), run(3)];
    await start();
    fireEvent.click(item(5), { ctrlKey: true });
    fireEvent.click(item(3), { shiftKey: true });
    expect(chosen()).toHaveLength(3);
    fireEvent.click(within(item(4)).getByRole('checkbox'));
    expect(chosen()).toEqual([run(5).id, run(3).id]);
    const bar = screen.getByRole('toolbar');
    expect(within(bar).getByText('2 chosen')).toBeTruthy();
    fireEvent.click(within(bar).getByText(CommandIDs.cancelRuns));
    expect(executed).toEqual([
      [CommandIDs.cancelRuns, { ids: [run(5).id, run(3).id] }]
    ]);
  });

  it('asks the broker for what the filter says, and remembers it', async () => {
    known = [run(1)];
    await start();
    await choose('search', 'storm');
    await waitFor(() => expect(asked().at(-1)).toContain('q=storm'));
    await choose('state', 'ended');
    expect(asked().at(-1)).toContain('state=ended');
    await act(() => model.bring('waves/wave.ipynb'));
    fireEvent.click(screen.getByText('This notebook'));
    await waitFor(() =>
      expect(asked().at(-1)).toContain('notebook=%2Fhome%2Fme%2Fwaves')
    );
    expect(await screen.findByText('No run fits this filter.')).toBeTruthy();
    const again = new PanelModel({ api: wire.api, runs, state });
    await again.restore(DEFAULTS);
    expect(again.wish).toMatchObject({ search: 'storm', state: 'ended' });
    again.begin({ panelShows: null, panelGrouped: true });
    expect(again.wish).toMatchObject({ state: 'ended', grouped: true });
    again.dispose();
    fireEvent.click(screen.getByText('Show all runs'));
    await waitFor(() => expect(item(1)).toBeTruthy());
  });

  it('asks again where the notebook in front is, until it is told', async () => {
    known = [run(1)];
    await start();
    wire.answer('locate', () => Promise.reject(new Error('away')));
    await act(() => model.bring('waves/wave.ipynb'));
    fireEvent.click(screen.getByText('This notebook'));
    // Not all runs: what is chosen there may be deleted.
    await waitFor(() =>
      expect(asked().at(-1)).toContain('notebook=waves%2Fwave.ipynb')
    );
    wire.answer('locate', () => ({ notebook: '/home/me/waves/wave.ipynb' }));
    await waitFor(
      () => expect(asked().at(-1)).toContain('notebook=%2Fhome%2Fme%2Fwaves'),
      { timeout: 3000 }
    );
  });

  it('believes of two notebooks the one that is in front', async () => {
    known = [run(1)];
    await start();
    let late: (reply: { notebook: string }) => void = () => undefined;
    wire.answer('locate', ({ query }) =>
      query.get('path') === 'slow.ipynb'
        ? new Promise(resolve => (late = resolve))
        : { notebook: '/home/me/quick.ipynb' }
    );
    const first = model.bring('slow.ipynb');
    await waitFor(() => expect(wire.of('locate')).toHaveLength(1));
    await act(() => model.bring('quick.ipynb'));
    late({ notebook: '/home/me/slow.ipynb' });
    await act(() => first);
    fireEvent.click(screen.getByText('This notebook'));
    await waitFor(() => expect(asked().at(-1)).toContain('quick.ipynb'));
  });

  it('folds the runs by notebook, and unfolds one', async () => {
    known = [run(1)];
    wire.answer('notebooks', () => ({
      notebooks: [{ notebook: '/home/me/waves/wave.ipynb', runs: 1 }],
      next: null
    }));
    await start();
    await act(async () => model.change({ grouped: true }));
    expect(screen.getByRole('treegrid')).toBeTruthy();
    const [group] = lines();
    expect(group.textContent).toContain('wave.ipynb');
    expect(group.textContent).toContain('1 run');
    expect(group.getAttribute('aria-expanded')).toBe('false');
    expect(items()).toHaveLength(0);
    fireEvent.click(group);
    await waitFor(() => expect(item(1)).toBeTruthy());
    expect(asked().at(-1)).toContain('notebook=%2Fhome');
    expect(item(1).getAttribute('aria-level')).toBe('2');
    fireEvent.click(lines()[0]);
    expect(items()).toHaveLength(0);
  });

  it('keeps the list while the server is away, and says so', async () => {
    known = [run(1)];
    await start();
    wire.down = true;
    await act(() => runs.refresh());
    expect(screen.getByText(/^reconnecting, last seen /)).toBeTruthy();
    expect(item(1)).toBeTruthy();
  });
});
