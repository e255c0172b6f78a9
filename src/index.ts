import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import actions from './actions/plugin';
import api from './api/plugin';
import dialog from './dialog/plugin';
import launch from './launch/plugin';
import notify from './notify/plugin';
import panel from './panel/plugin';
import runs from './runs/plugin';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  api,
  runs,
  actions,
  dialog,
  launch,
  panel,
  notify
];

export default plugins;
