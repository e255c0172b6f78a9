import type { INotebookTracker } from '@jupyterlab/notebook';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { act, waitFor } from '@testing-library/react';

import { HeldRuns } from '../../__tests__/heldruns';
import { run, trans, Wire } from '../../__tests__/world';
import type { IRunView } from '../../tokens';
import { NotebookRunsTool } from '../tool';

/** The notebook that a test brings to the front. */
class Tracker {
  currentWidget: object | null = null;
  readonly currentChanged = new Signal<this, object | null>(this);
  readonly widgetUpdated = new Signal<this, object | null>(this);

  bring(localPath: string): void {
    this.currentWidget = { context: { localPath } };
    this.currentChanged.emit(this.currentWidget);
  }

  rename(localPath: string): void {
    this.currentWidget = { context: { localPath } };
    this.widgetUpdated.emit(this.currentWidget);
  }
}

const turn = () => act(() => new Promise(resolve => setTimeout(resolve)));

it('the property inspector shows the runs of the notebook in front', async () => {
  const runs = new HeldRuns();
  runs.put(run(1, { state: 'succeeded' }));
  runs.put(run(2, { notebook: '/home/me/other.ipynb' }));
  const wire = new Wire().answer('locate', ({ query }) => ({
    notebook: `/home/me/${query.get('path')}`
  }));
  const tracker = new Tracker();
  const executed: unknown[] = [];
  const commands = new CommandRegistry();
  commands.addCommand('jupyterlab-batch:show-runs', {
    describedBy: {},
    execute: args => executed.push(args)
  });
  const tool = new NotebookRunsTool({
    api: wire.api,
    runs,
    tracker: tracker as unknown as INotebookTracker,
    commands,
    trans
  });
  act(() => Widget.attach(tool, document.body));
  const items = () =>
    [...tool.node.querySelectorAll('li')].map(({ dataset }) => dataset.state);
  tracker.bring('waves/wave.ipynb');
  await turn();
  await turn();
  expect(items()).toEqual(['succeeded']);
  act(() => runs.put(run(3)));
  await turn();
  expect(items()).toEqual(['running', 'succeeded']);
  tool.node.querySelector<HTMLElement>('li button')?.click();
  expect(executed).toEqual([{ id: run(3).id }]);
  tracker.bring('new.ipynb');
  await turn();
  await turn();
  expect(tool.node.textContent).toContain('No batch run of this notebook yet');

  // A late refusal of one notebook takes nothing from the one in front.
  let late: (reason: Error) => void = () => undefined;
  wire.answer('locate', ({ query }) =>
    query.get('path') === 'gone.ipynb'
      ? new Promise((_, reject) => (late = reject))
      : new Promise(resolve =>
          setTimeout(
            () => resolve({ notebook: `/home/me/${query.get('path')}` }),
            20
          )
        )
  );
  tracker.bring('gone.ipynb');
  await turn();
  tracker.bring('other.ipynb');
  await turn();
  late(new Error('gone'));
  await waitFor(() => expect(items()).toEqual(['running']));

  // To and fro before the first answer: each view but the last is let go.
  const opened = jest.spyOn(runs, 'view');
  tracker.bring('waves/wave.ipynb');
  tracker.bring('new.ipynb');
  tracker.bring('waves/wave.ipynb');
  const gone = () =>
    opened.mock.results.map(({ value }) => (value as IRunView).isDisposed);
  await waitFor(() => expect(gone()).toEqual([true, false]));
  expect(items()).toEqual(['running', 'succeeded']);
  tracker.bring('other.ipynb');

  // Renamed while the server is away: asked again until it is back.
  wire.answer('locate', () => Promise.reject(new Error('away')));
  tracker.rename('waves/wave.ipynb');
  await turn();
  expect(tool.node.textContent).toContain('Looking');
  wire.answer('locate', ({ query }) => ({
    notebook: `/home/me/${query.get('path')}`
  }));
  await waitFor(() => expect(items()).toEqual(['running', 'succeeded']), {
    timeout: 3000
  });
  act(() => tool.dispose());
});
