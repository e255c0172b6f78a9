import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs, IBatchExtensions } from '../tokens';
import { Extensions } from './extensions';

const plugin: JupyterFrontEndPlugin<IBatchExtensions> = {
  id: 'jupyterlab-batch:extensions',
  description:
    'Lets other extensions add buttons, columns and forms to batch runs.',
  autoStart: true,
  optional: [ITranslator],
  provides: IBatchExtensions,
  activate: (
    _app: JupyterFrontEnd,
    translator: ITranslator | null
  ): IBatchExtensions => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const extensions = new Extensions();
    // For as long as the application lives.
    extensions.addAction({ command: CommandIDs.openResult, rank: 10 });
    extensions.addAction({
      command: CommandIDs.runLonger,
      rank: 15,
      label: trans.__('More time')
    });
    extensions.addAction({
      command: CommandIDs.cancelRun,
      rank: 20,
      label: trans.__('Cancel')
    });
    extensions.addAction({
      command: CommandIDs.deleteRun,
      rank: 30,
      label: trans.__('Delete')
    });
    return extensions;
  }
};

export default plugin;
