import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IRuns } from '../tokens';
import { Notifier } from './notifier';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:notify',
  description: 'Tells when a batch run ended.',
  autoStart: true,
  requires: [IRuns],
  optional: [IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    runs: IRuns,
    state: IStateDB | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const notifier = new Notifier({
      runs,
      state,
      trans,
      execute: (command, args) => void app.commands.execute(command, args)
    });
    void app.restored.then(() => notifier.start());
  }
};

export default plugin;
