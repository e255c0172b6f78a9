import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { batchIcon } from '../icons';
import {
  CommandIDs,
  IBatchApi,
  IBatchExtensions,
  IRunEnds,
  IRunPlaces,
  IRuns
} from '../tokens';
import { Badge } from './badge';
import { PanelModel } from './model';
import { Panel } from './panel';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:panel',
  description: 'The side panel with the batch runs.',
  autoStart: true,
  requires: [IBatchApi, IRuns, IBatchExtensions, IRunPlaces],
  optional: [
    IRunEnds,
    INotebookTracker,
    IStateDB,
    ILayoutRestorer,
    ICommandPalette,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    api: IBatchApi,
    runs: IRuns,
    extensions: IBatchExtensions,
    places: IRunPlaces,
    ends: IRunEnds | null,
    tracker: INotebookTracker | null,
    state: IStateDB | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const model = new PanelModel({ api, runs, state });
    const panel = new Panel({ api, runs, model, commands, extensions, trans });
    void app.restored.then(() => model.restore());
    tracker?.currentChanged.connect((_, front) => {
      void model.bring(front?.context.localPath ?? null);
    }, model);
    places.addList(panel);
    restorer?.add(panel, panel.id);
    if (ends) {
      const badge = new Badge({ panel, ends, trans });
      panel.disposed.connect(() => badge.dispose());
    }
    commands.addCommand(CommandIDs.showRuns, {
      label: trans.__('Batch Runs'),
      caption: trans.__('Show the batch runs, or one of them'),
      icon: batchIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            id: {
              type: 'string',
              description: trans.__('The run to show; without it the list')
            },
            here: {
              type: 'boolean',
              description: trans.__('Only runs of the notebook in front')
            }
          }
        }
      },
      execute: async args => {
        if (typeof args.id === 'string') {
          panel.reveal(args.id);
        }
        if (args.here === true) {
          panel.reveal(null);
          model.change({ here: true });
        }
        // As soon as the command was called, the command palette gives the focus
        // back to the document in front, by messages: who comes last has it.
        await new Promise(resolve => window.setTimeout(resolve));
        places.showList(panel);
      }
    });
    palette?.addItem({
      command: CommandIDs.showRuns,
      category: trans.__('Batch')
    });
  }
};

export default plugin;
