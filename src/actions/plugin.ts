import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IBatchApi, IRuns } from '../tokens';
import { addActionCommands } from './actions';
import { addBulkCommands } from './bulk';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:actions',
  description: 'Commands on a batch run: open its result, cancel, delete.',
  autoStart: true,
  requires: [IBatchApi, IRuns],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    api: IBatchApi,
    runs: IRuns,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const options = { api, runs, commands: app.commands, trans };
    addActionCommands(options);
    addBulkCommands(options);
  }
};

export default plugin;
