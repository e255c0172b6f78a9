import { configure, fireEvent, screen, waitFor } from '@testing-library/dom';

import { prepared, trans, Wire } from '../../__tests__/world';
import { RunDialog } from '../rundialog';
import { workbench } from './bench';

// jsdom has no top layer: a modal dialog counts as hidden there.
configure({ asyncUtilTimeout: 8000, defaultHidden: true });
jest.setTimeout(60_000);

it('the focus stays where somebody has put it, without a key or a click', async () => {
  const wire = new Wire().answer('prepare', () => prepared());
  const frames: FrameRequestCallback[] = [];
  const paint = jest
    .spyOn(window, 'requestAnimationFrame')
    .mockImplementation(frame => frames.push(frame));
  const opened = new RunDialog(wire.api, workbench(), trans).open({
    name: 'wave.ipynb',
    path: 'waves/wave.ipynb',
    content: () => null,
    showCell: null,
    edits: null
  });
  try {
    const [kernel] = await screen.findAllByLabelText('Kernel');
    await waitFor(() => expect(frames.length).toBeGreaterThan(0));
    // As a screen reader does it.
    kernel.focus();
    frames.forEach(frame => frame(0));
    expect(document.activeElement).toBe(kernel);
  } finally {
    paint.mockRestore();
    fireEvent.keyDown(document.querySelector('.jp-Dialog')!, { key: 'Escape' });
    await opened;
  }
});

it('the focus is given back when JupyterLab takes it late', async () => {
  const wire = new Wire().answer('prepare', () => prepared());
  const there = new Promise<HTMLElement>(resolve => {
    new MutationObserver((_, observer) => {
      const cancel = document.querySelector<HTMLElement>(
        '.jp-Dialog .jp-mod-reject'
      );
      if (cancel) {
        observer.disconnect();
        cancel.focus();
        resolve(cancel);
      }
    }).observe(document.body, { childList: true });
  });
  const opened = new RunDialog(wire.api, workbench(), trans).open({
    name: 'wave.ipynb',
    path: 'waves/wave.ipynb',
    content: () => null,
    showCell: null,
    edits: null
  });
  const cancel = await there;
  await screen.findAllByLabelText('Kernel');
  for (let frame = 0; frame < 5; frame += 1) {
    await new Promise(resolve => requestAnimationFrame(resolve));
  }
  expect(document.activeElement).toBe(cancel);
  fireEvent.keyDown(document.querySelector('.jp-Dialog')!, { key: 'Escape' });
  await opened;
});
