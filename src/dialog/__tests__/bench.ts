import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { fireEvent } from '@testing-library/dom';

import { Workbench, type IWorkbenchOptions } from '../workbench';

/** A notebook that is not open. */
export const WAVE = {
  name: 'wave.ipynb',
  path: 'waves/wave.ipynb',
  content: () => null,
  showCell: null,
  edits: null
};

/** What the first dialog loads: compiling it counts against no test. */
export async function loaded(): Promise<void> {
  await Promise.all([import('../dialog'), import('../session')]);
}

/** Leaves the dialog where one is open. */
export async function left(opened: Promise<unknown>): Promise<void> {
  const dialog = document.querySelector('.jp-Dialog');
  if (dialog) {
    fireEvent.keyDown(dialog, { key: 'Escape' });
  }
  await opened;
}

/** A JupyterLab of which only what a test gives is there. */
export function workbench(more: Partial<IWorkbenchOptions> = {}): Workbench {
  return new Workbench({
    commands: new CommandRegistry(),
    docManager: null,
    editors: null,
    translator: nullTranslator,
    extensions: null,
    ...more
  });
}
