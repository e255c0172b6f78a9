import type { Run } from '@jupyterlab-batch/protocol';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import { run, trans, Wire } from '../../__tests__/world';
import { Runs } from '../../runs/runs';
import { CommandIDs, type INotebookSource } from '../../tokens';
import { addLaunchCommands } from '../launcher';
import { withoutOutputs } from '../source';

const content = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3' } },
  cells: [
    {
      cell_type: 'code',
      source: 'AMP = 3.0',
      metadata: { tags: ['parameters'] },
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'secret' }],
      execution_count: 7
    },
    { cell_type: 'markdown', source: '# Wave', metadata: {} }
  ]
};

describe('withoutOutputs', () => {
  it('keeps everything but what an earlier run left', () => {
    const bare = withoutOutputs(content);
    expect(JSON.stringify(bare)).not.toContain('secret');
    expect(bare.cells).toEqual([
      { ...content.cells[0], outputs: [], execution_count: null },
      content.cells[1]
    ]);
    expect(bare.metadata).toEqual(content.metadata);
  });
});

/** The part of a tracker that the command looks at. */
class Tracker {
  currentWidget: unknown = null;
  readonly currentChanged = new Signal<this, unknown>(this);
}

describe('the commands', () => {
  let tracker: Tracker;
  let commands: CommandRegistry;
  let runs: Runs;
  let asked: INotebookSource[];
  let followed: string[];
  let accepted: Run | null;
  let selection: Partial<Contents.IModel>[];

  const notebook = (localPath: string) =>
    ({
      context: { localPath, model: { toJSON: () => content } },
      content: {}
    }) as unknown as NotebookPanel;

  beforeEach(() => {
    tracker = new Tracker();
    commands = new CommandRegistry();
    runs = new Runs(new Wire().api);
    asked = [];
    followed = [];
    accepted = null;
    selection = [];
    addLaunchCommands({
      dialog: {
        open: async source => {
          asked.push(source);
          return accepted;
        }
      },
      runs,
      tracker: tracker as unknown as INotebookTracker,
      commands,
      contents: {
        localPath: (path: string) => path.replace(/^RTC:/, '')
      } as unknown as Contents.IManager,
      trans,
      notices: { follow: each => followed.push(each.id) },
      docManager: null,
      browser: () =>
        ({
          selectedItems: () => selection.values()
        }) as unknown as FileBrowser
    });
  });

  afterEach(() => {
    runs.dispose();
  });

  it('is off while no notebook is in front', () => {
    expect(commands.isEnabled(CommandIDs.runNotebook)).toBe(false);
    tracker.currentWidget = notebook('waves/wave.ipynb');
    expect(commands.isEnabled(CommandIDs.runNotebook)).toBe(true);
  });

  it('takes the notebook in front, not the selected file', async () => {
    tracker.currentWidget = notebook('waves/wave.ipynb');
    selection = [{ type: 'notebook', path: 'other.ipynb' }];
    await commands.execute(CommandIDs.runNotebook);
    expect(asked.map(({ path }) => path)).toEqual(['waves/wave.ipynb']);
    expect(asked[0].name).toBe('wave.ipynb');
    expect(asked[0].content()?.cells).toHaveLength(2);
  });

  it('shows an accepted run at once, before the broker tells', async () => {
    tracker.currentWidget = notebook('wave.ipynb');
    accepted = run(1, { state: 'staged' });
    await commands.execute(CommandIDs.runNotebook);
    expect(runs.get(run(1).id)?.state).toBe('staged');
    expect(followed).toEqual([run(1).id]);
  });

  it('does nothing when the user leaves the dialog', async () => {
    tracker.currentWidget = notebook('wave.ipynb');
    await commands.execute(CommandIDs.runNotebook);
    expect(followed).toEqual([]);
  });

  it('runs the one selected notebook by its path on the server', async () => {
    selection = [{ type: 'notebook', path: 'RTC:waves/fit.ipynb' }];
    await commands.execute(CommandIDs.runFile);
    expect(asked.map(({ path }) => path)).toEqual(['waves/fit.ipynb']);
    expect(asked[0].content()).toBeNull();
    expect(asked[0].showCell).toBeNull();
  });

  it.each([
    [[]],
    [[{ type: 'file', path: 'a.csv' }]],
    [
      [
        { type: 'notebook', path: 'a.ipynb' },
        { type: 'notebook', path: 'b.ipynb' }
      ]
    ]
  ])('is off for the selection %j', items => {
    selection = items;
    expect(commands.isEnabled(CommandIDs.runFile)).toBe(false);
  });
});
