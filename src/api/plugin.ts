import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { IBatchApi } from '../tokens';
import { BatchApi, serverRoot, serverTransport } from './api';

const plugin: JupyterFrontEndPlugin<IBatchApi> = {
  id: 'jupyterlab-batch:api',
  description: 'Calls the routes of jupyterlab-batch on the Jupyter server.',
  autoStart: true,
  provides: IBatchApi,
  activate: (app: JupyterFrontEnd): IBatchApi => {
    const { serverSettings } = app.serviceManager;
    return new BatchApi(
      serverTransport(serverSettings),
      serverRoot(serverSettings)
    );
  }
};

export default plugin;
