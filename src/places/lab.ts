import type { ILabShell } from '@jupyterlab/application';

import type { IRunPlaces } from '../tokens';

/** JupyterLab: a side panel, and documents in the dock. */
export function labPlaces(shell: ILabShell): IRunPlaces {
  return {
    addList: list => shell.add(list, 'left', { rank: 550, type: 'Batch' }),
    showList: list => shell.activateById(list.id),
    showDocument: (widget, type) => {
      if (!widget.isAttached) {
        shell.add(widget, 'main', { type });
      }
      shell.activateById(widget.id);
    },
    elsewhere: null
  };
}
