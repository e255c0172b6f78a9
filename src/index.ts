import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import actions from './actions/plugin';
import api from './api/plugin';
import compare from './compare/plugin';
import dialog from './dialog/plugin';
import ends from './ends/plugin';
import extensions from './extensions/plugin';
import launch from './launch/plugin';
import notebooktools from './notebooktools/plugin';
import notify from './notify/plugin';
import panel from './panel/plugin';
import places from './places/plugin';
import running from './running/plugin';
import runs from './runs/plugin';
import runview from './runview/plugin';
import settings from './settings/plugin';
import statusbar from './statusbar/plugin';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  api,
  settings,
  runs,
  ends,
  extensions,
  places,
  actions,
  dialog,
  launch,
  panel,
  runview,
  compare,
  notify,
  statusbar,
  running,
  notebooktools
];

export default plugins;
