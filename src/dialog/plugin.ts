import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IBatchApi, IRunDialog } from '../tokens';
import { RunDialog } from './rundialog';

const plugin: JupyterFrontEndPlugin<IRunDialog> = {
  id: 'jupyterlab-batch:dialog',
  description: 'The dialog that asks how a notebook shall run as batch.',
  autoStart: true,
  requires: [IBatchApi],
  optional: [ITranslator],
  provides: IRunDialog,
  activate: (
    _app: JupyterFrontEnd,
    api: IBatchApi,
    translator: ITranslator | null
  ): IRunDialog => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    return new RunDialog(api, trans);
  }
};

export default plugin;
