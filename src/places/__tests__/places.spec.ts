import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { Widget } from '@lumino/widgets';

import { labPlaces } from '../lab';
import { pageWithoutRoom } from '../notebook';

/** What a shell was told. */
class Shell {
  readonly told: string[] = [];
  add(widget: Widget, area: string): void {
    this.told.push(`add ${widget.id} ${area}`);
    Widget.attach(widget, document.body);
  }
  activateById(id: string): void {
    this.told.push(`activate ${id}`);
  }
}

function widget(id: string): Widget {
  const made = new Widget();
  made.id = id;
  return made;
}

it('JupyterLab has a side bar, and adds a document once', () => {
  const shell = new Shell();
  const places = labPlaces(shell as unknown as ILabShell);
  const list = widget('list');
  places.addList(list);
  places.showList(list);
  const run = widget('run');
  places.showDocument(run, 'Batch run');
  places.showDocument(run, 'Batch run');
  expect(places.elsewhere).toBeNull();
  expect(shell.told).toEqual([
    'add list left',
    'activate list',
    'add run main',
    'activate run',
    'activate run'
  ]);
});

it('a page that is one document shows runs on the file page', () => {
  const shell = new Shell();
  const opened: unknown[] = [];
  const open = jest
    .spyOn(window, 'open')
    .mockImplementation((...args) => (opened.push(args), null));
  const places = pageWithoutRoom({
    shell,
    serviceManager: { serverSettings: { baseUrl: 'http://hub/user/me/' } }
  } as unknown as JupyterFrontEnd);
  places.elsewhere?.(['a', 'b']);
  expect(opened).toEqual([
    ['http://hub/user/me/tree?batch-runs=a%2Cb', 'jp-batch-a+b']
  ]);
  expect(() => places.showDocument(widget('run'), 'Batch run')).toThrow(/run/);
  open.mockRestore();
});
