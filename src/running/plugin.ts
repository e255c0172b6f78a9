import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IRuns } from '../tokens';
import { BatchSection } from './section';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:running',
  description:
    'The batch runs that have not ended, among the running sessions.',
  autoStart: true,
  requires: [IRuns],
  optional: [IRunningSessionManagers, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    runs: IRuns,
    managers: IRunningSessionManagers | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    managers?.add(new BatchSection({ runs, commands: app.commands, trans }));
  }
};

export default plugin;
