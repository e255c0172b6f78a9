import {
  ILabShell,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';

import { IRunPlaces } from '../tokens';
import { labPlaces } from './lab';

const plugin: JupyterFrontEndPlugin<IRunPlaces> = {
  id: 'jupyterlab-batch:places',
  description: 'Where the list and the documents of batch runs are shown.',
  autoStart: true,
  optional: [ILabShell],
  provides: IRunPlaces,
  activate: async (
    app: JupyterFrontEnd,
    labShell: ILabShell | null
  ): Promise<IRunPlaces> => {
    if (labShell) {
      return labPlaces(labShell);
    }
    const { filePage, pageWithoutRoom } = await import('./notebook');
    return PageConfig.getOption('notebookPage') === 'tree'
      ? filePage(app)
      : pageWithoutRoom(app);
  }
};

export default plugin;
