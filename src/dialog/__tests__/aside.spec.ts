import { configure, fireEvent, screen } from '@testing-library/dom';
import userEvent from '@testing-library/user-event';

import { prepared, run, trans, Wire } from '../../__tests__/world';
import { RunDialog } from '../rundialog';
import { workbench } from './bench';

// jsdom has no top layer: a modal dialog counts as hidden there.
configure({ asyncUtilTimeout: 8000, defaultHidden: true });
jest.setTimeout(60_000);

it('what was typed is there again when no file could be asked for', async () => {
  const wire = new Wire()
    .answer('prepare', () => prepared())
    .answer('launch', () => run(1, { state: 'staged' }));
  const bench = workbench();
  jest
    .spyOn(bench, 'choose', 'get')
    .mockReturnValue(() => Promise.reject(new Error('ChunkLoadError')));
  const opened = new RunDialog(wire.api, bench, trans).open({
    name: 'wave.ipynb',
    path: 'waves/wave.ipynb',
    content: () => null,
    showCell: null,
    edits: null
  });
  const field = async () => {
    const all = await screen.findAllByLabelText<HTMLInputElement>('AMP');
    return all.find(each => each.matches('input'))!;
  };
  fireEvent.change(await field(), { target: { value: '4.25' } });
  await userEvent.click(screen.getByText('Paste or import'));
  await userEvent.click(screen.getByText(/From a file/));
  // Said in a dialog of JupyterLab's own, and then the question goes on.
  await screen.findByText(/ChunkLoadError/);
  fireEvent.keyDown(document.querySelector('.jp-Dialog')!, { key: 'Escape' });
  expect((await field()).value).toBe('4.25');
  fireEvent.keyDown(document.querySelector('.jp-Dialog')!, { key: 'Escape' });
  expect(await opened).toBeNull();
});
