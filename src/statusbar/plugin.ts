import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs, IBatchSettings, IRuns } from '../tokens';
import { StatusItem } from './item';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:statusbar',
  description: 'How many batch runs have not ended, in the status bar.',
  autoStart: true,
  requires: [IRuns, IBatchSettings],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    runs: IRuns,
    settings: IBatchSettings,
    bar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    if (!bar) {
      return;
    }
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const item = new StatusItem({
      runs,
      settings,
      trans,
      onPress: () => void app.commands.execute(CommandIDs.showRuns)
    });
    bar.registerStatusItem(plugin.id, {
      item,
      align: 'left',
      rank: 3,
      isActive: () => item.active,
      activeStateChanged: item.activeChanged
    });
  }
};

export default plugin;
