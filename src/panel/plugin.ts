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
  IBatchSettings,
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
  requires: [IBatchApi, IRuns, IBatchExtensions, IRunPlaces, IBatchSettings],
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
    settings: IBatchSettings,
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
    const begin = async () => {
      await Promise.all([app.restored, settings.ready]);
      await model.restore(settings.current);
      followSettings(model, settings);
    };
    void begin();
    const follow = () =>
      void model.bring(tracker?.currentWidget?.context.localPath ?? null);
    tracker?.currentChanged.connect(follow, model);
    // It may have got another name.
    tracker?.widgetUpdated.connect(follow, model);
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
        panel.reveal(typeof args.id === 'string' ? args.id : null);
        if (args.here === true) {
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

/** What is set for the list while it is there is shown at once. */
function followSettings(model: PanelModel, settings: IBatchSettings): void {
  let { panelShows, panelGrouped } = settings.current;
  const read = () => {
    const now = settings.current;
    if (now.panelShows !== panelShows || now.panelGrouped !== panelGrouped) {
      ({ panelShows, panelGrouped } = now);
      model.begin(now);
    }
  };
  settings.changed.connect(read, model);
}

export default plugin;
