import type { CellPage, Outline, Run } from '@jupyterlab-batch/protocol';
import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { WidgetTracker, type MainAreaWidget } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import {
  createEvent,
  fireEvent,
  screen,
  waitFor,
  within
} from '@testing-library/dom';
import { act } from '@testing-library/react';

import golden from '../../../protocol/cells/golden.json';
import { detail, lease, refuse, run, trans, Wire } from '../../__tests__/world';
import { Extensions } from '../../extensions/extensions';
import { Runs } from '../../runs/runs';
import {
  CommandIDs,
  type INotebookSource,
  type IRunDialog
} from '../../tokens';
import { addRunCommands } from '../commands';

const told = golden.pages as { outline: Outline; cells: CellPage }[];

/** The golden run in one page, as who comes late sees it. */
const whole = {
  outline: {
    ...told[told.length - 1].outline,
    cells: [
      ...new Map(
        told
          .flatMap(({ outline }) => outline.cells)
          .map(cell => [cell.index, cell])
      ).values()
    ].sort((a, b) => a.index - b.index)
  },
  cells: {
    ...told[told.length - 1].cells,
    cells: golden.folded.map(({ source, execution_count, outputs }, index) => ({
      index,
      seq: 25,
      source,
      execution_count,
      outputs_from: 0,
      outputs: outputs.map((output, at) => ({
        index: at,
        seq: 25,
        output,
        omitted: index === 1 && at === 0 ? 3_000_000 : 0
      }))
    }))
  }
};

class Seen {
  observe(): void {
    return;
  }
  disconnect(): void {
    return;
  }
}

describe('the view of a run', () => {
  let wire: Wire;
  let runs: Runs;
  let commands: CommandRegistry;
  let extensions: Extensions;
  let ended: Run;
  let asked: INotebookSource[];
  let shown: Widget[];
  let state: { dialog: IRunDialog | null };

  const open = async () => {
    await act(async () => {
      await commands.execute(CommandIDs.openRun, { id: ended.id });
    });
    await screen.findByRole('tab', { name: 'Cells' }, { timeout: 10_000 });
  };

  beforeEach(() => {
    // jsdom lays nothing out: everything counts as in view.
    Object.assign(window, { IntersectionObserver: Seen, ResizeObserver: Seen });
    Element.prototype.scrollIntoView = () => undefined;
    ended = run(1, {
      state: 'failed',
      message: 'ValueError: the basin leaks',
      ended_at: '2026-11-23T12:04:00Z',
      output: '/home/me/waves/wave-runs/x/wave.ipynb',
      lease: lease({ state: 'CLOSED', end: 'dead_at_resource' })
    });
    wire = new Wire()
      .answer('show', () => ({
        ...detail(ended),
        failed_cell: 4,
        ename: 'ValueError',
        evalue: 'the basin leaks',
        traceback: null,
        warnings: ['redacted_late: events.jsonl'],
        history: [
          {
            at: '2026-11-23T12:00:01Z',
            subject: 'run',
            from: 'queued',
            to: 'running',
            event: 'claimed',
            detail: null
          }
        ],
        files: [
          { path: 'eta é.npy', size: 12_000, delivered: true, declared: true },
          { path: 'tmp.txt', size: 1, delivered: false, declared: false }
        ]
      }))
      .answer('outline', () => whole.outline)
      .answer('cells', () => whole.cells)
      .answer('record', () => ({ version: 1, id: ended.id, project: '/p' }))
      .answer('source', () => golden.notebook)
      .answer('log', () => ({ text: 'log line', offset: 8, ended: true }));
    runs = new Runs(wire.api);
    runs.put(ended);
    commands = new CommandRegistry();
    extensions = new Extensions();
    asked = [];
    shown = [];
    state = {
      dialog: {
        open: source => {
          asked.push(source);
          return Promise.resolve(null);
        }
      }
    };
    addRunCommands({
      api: wire.api,
      runs,
      extensions,
      rendermime: new RenderMimeRegistry({
        initialFactories: standardRendererFactories
      }),
      commands,
      trans,
      dialog: state.dialog,
      tracker: new WidgetTracker<MainAreaWidget>({ namespace: 'test' }),
      places: {
        addList: () => undefined,
        showList: () => undefined,
        showDocument: widget => {
          if (!widget.isAttached) {
            shown.push(widget);
            Widget.attach(widget, document.body);
          }
        },
        elsewhere: null
      }
    });
  });

  afterEach(() => {
    act(() => {
      shown.forEach(widget => widget.dispose());
      runs.dispose();
    });
  });

  it('shows cells with what the fold makes of them, and how they went', async () => {
    await open();
    const failed = await screen.findByRole('article', { name: 'cell 3' });
    await waitFor(() => within(failed).getByText(/step 2/));
    expect(failed.dataset.status).toBe('error');
    expect(within(failed).getAllByText(/the basin leaks/)).toBeTruthy();
    expect(within(failed).queryByText(/to be cleared/)).toBeNull();
    const first = screen.getByRole('article', { name: 'cell 1: load' });
    expect(within(first).queryByText(/20 %/)).toBeNull();
    expect(within(first).getByText(/done/, { selector: 'pre' })).toBeTruthy();
    const never = screen
      .getAllByRole('article')
      .filter(({ dataset }) => dataset.status === 'never');
    expect(never).toHaveLength(2);
    expect(screen.getByText('redacted_late: events.jsonl')).toBeTruthy();
  });

  it('fetches all of an output that was cut', async () => {
    await open();
    const first = await screen.findByRole('article', { name: 'cell 1: load' });
    const all = await within(first).findByRole('button', { name: 'Show all' });
    expect(within(first).getByText(/3 MB of the output/)).toBeTruthy();
    const [cell] = whole.cells.cells.filter(({ index }) => index === 1);
    const [output] = cell.outputs;
    // No event has changed it: it is the same output, with more of it.
    const more = { ...output.output, text: 'all that was printed\n' };
    wire.answer('cells', ({ query }) => ({
      ...whole.cells,
      cells:
        query.get('whole') === 'true'
          ? [{ ...cell, outputs: [{ ...output, output: more, omitted: 0 }] }]
          : whole.cells.cells
    }));
    fireEvent.click(all);
    await within(first).findByText('all that was printed');
    expect(within(first).queryByText(/of the output/)).toBeNull();
  });

  it('moves from tab to tab by keyboard', async () => {
    await open();
    const tab = (name: string) => screen.getByRole('tab', { name });
    fireEvent.keyDown(tab('Cells'), { key: 'ArrowRight' });
    expect(tab('Parameters').getAttribute('aria-selected')).toBe('true');
    expect(document.activeElement).toBe(tab('Parameters'));
    expect(tab('Cells').tabIndex).toBe(-1);
    fireEvent.keyDown(tab('Parameters'), { key: 'End' });
    expect(await screen.findByText(/"project": "\/p"/)).toBeTruthy();
    fireEvent.keyDown(tab('Record'), { key: 'ArrowRight' });
    expect(document.activeElement).toBe(tab('Cells'));
  });

  it('shows the record as it was completed after the end', async () => {
    await open();
    fireEvent.keyDown(screen.getByRole('tab', { name: 'Cells' }), {
      key: 'End'
    });
    expect(await screen.findByText(/"project": "\/p"/)).toBeTruthy();
    wire.answer('record', () => ({ version: 1, id: ended.id, project: '/q' }));
    act(() => runs.put({ ...ended, revision: ended.revision + 1 }));
    expect(await screen.findByText(/"project": "\/q"/)).toBeTruthy();
  });

  it('gives files to save, what was delivered first', async () => {
    await open();
    fireEvent.click(screen.getByRole('tab', { name: 'Files' }));
    const links = screen
      .getAllByRole('link')
      .map(link => link.getAttribute('href'));
    const root = `/user/me/jupyterlab-batch/runs/${ended.id}/file`;
    expect(links.slice(0, 2)).toEqual([
      `${root}?path=eta%20%C3%A9.npy&of=files`,
      `${root}?path=tmp.txt&of=files`
    ]);
    expect(links).toContain(`${root}?path=record.json&of=run`);
  });

  it('says what brought each change', async () => {
    await open();
    fireEvent.click(screen.getByRole('tab', { name: 'History' }));
    const row = screen.getByText('queued → running').closest('tr');
    expect(row?.textContent).toContain('claimed');
  });

  it('goes when the run was deleted, and says when it cannot be found', async () => {
    await open();
    wire.answer('show', () => refuse('not_found', 'There is no such run.'));
    await act(async () => {
      runs.drop(ended.id);
    });
    await waitFor(() => expect(shown[0].isDisposed).toBe(true));
    await act(async () => {
      await commands.execute(CommandIDs.openRun, { id: ended.id });
    });
    expect(await screen.findByText(/There is no such run/)).toBeTruthy();
  });

  it('opens the dialog with the notebook and the values of the run', async () => {
    await commands.execute(CommandIDs.rerunRun, { id: ended.id });
    const [source] = asked;
    expect(source.content()).toEqual(golden.notebook);
    expect(source.path).toBe('waves/wave.ipynb');
    expect(source.start).toMatchObject({ target: 'local', timeLimit: 7200 });
  });

  it('shows a run once', async () => {
    await open();
    await commands.execute(CommandIDs.openRun, { id: ended.id });
    expect(shown).toHaveLength(1);
  });

  it('shows a run once that was asked for by a double click', async () => {
    const args = { id: ended.id };
    await act(async () => {
      await Promise.all([
        commands.execute(CommandIDs.openRun, args),
        commands.execute(CommandIDs.openRun, args)
      ]);
    });
    expect(shown).toHaveLength(1);
  });
});

describe('the outputs of a run that goes on', () => {
  let view: Widget;
  let wire: Wire;
  let runs: Runs;
  const active = run(1);

  beforeEach(async () => {
    Object.assign(window, { IntersectionObserver: Seen, ResizeObserver: Seen });
    Element.prototype.scrollIntoView = () => undefined;
    wire = new Wire()
      .answer('show', () => detail(active))
      .answer('outline', () => whole.outline)
      .answer('cells', () => whole.cells);
    runs = new Runs(wire.api);
    const commands = new CommandRegistry();
    addRunCommands({
      api: wire.api,
      runs,
      extensions: new Extensions(),
      rendermime: new RenderMimeRegistry({
        initialFactories: standardRendererFactories
      }),
      commands,
      trans,
      dialog: null,
      tracker: new WidgetTracker<MainAreaWidget>({ namespace: 'follow' }),
      places: {
        addList: () => undefined,
        showList: () => undefined,
        showDocument: widget => {
          view = widget;
          Widget.attach(widget, document.body);
        },
        elsewhere: null
      }
    });
    await act(async () => {
      await commands.execute(CommandIDs.openRun, { id: active.id });
    });
  });

  afterEach(() => {
    act(() => {
      view.dispose();
      runs.dispose();
    });
  });

  // jsdom has no events of pointers: those of the mouse carry the same place.
  const press = (clientX: number) =>
    new MouseEvent('pointerdown', { clientX, bubbles: true });

  it.each<[string, (column: HTMLElement) => Event, boolean]>([
    ['the wheel, up', to => createEvent.wheel(to, { deltaY: -10 }), false],
    ['the wheel, down', to => createEvent.wheel(to, { deltaY: 10 }), true],
    ['a finger', to => createEvent.touchMove(to), false],
    ['the scrollbar', () => press(395), false],
    ['a press on an output', () => press(200), true],
    ['a key up', to => createEvent.keyDown(to, { key: 'PageUp' }), false],
    ['a key down', to => createEvent.keyDown(to, { key: 'PageDown' }), true]
  ])('are followed until %s', async (_, event, followed) => {
    const column = await screen.findByRole('group', {
      name: 'Cells and outputs'
    });
    Object.defineProperty(column, 'clientWidth', { value: 390 });
    const follow = screen.getByRole<HTMLInputElement>('checkbox', {
      name: 'Follow the output'
    });
    expect(follow.checked).toBe(true);
    act(() => {
      fireEvent(column, event(column));
    });
    expect(follow.checked).toBe(followed);
    fireEvent.click(follow);
    expect(follow.checked).toBe(!followed);
  });
});
