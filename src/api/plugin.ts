import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { IBatchApi } from '../tokens';
import { BatchApi, serverTransport } from './api';

const plugin: JupyterFrontEndPlugin<IBatchApi> = {
  id: 'jupyterlab-batch:api',
  description: 'Calls the routes of jupyterlab-batch on the Jupyter server.',
  autoStart: true,
  provides: IBatchApi,
  activate: (app: JupyterFrontEnd): IBatchApi =>
    new BatchApi(serverTransport(app.serviceManager.serverSettings))
};

export default plugin;
