import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';

import { Workbench, type IWorkbenchOptions } from '../workbench';

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
