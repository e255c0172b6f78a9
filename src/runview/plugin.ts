import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  WidgetTracker,
  type MainAreaWidget
} from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import {
  CommandIDs,
  IBatchApi,
  IBatchExtensions,
  IRunDialog,
  IRunPlaces,
  IRuns
} from '../tokens';
import { addRunCommands } from './commands';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:runview',
  description: 'A batch run as a document: live cells, files, log, history.',
  autoStart: true,
  requires: [
    IBatchApi,
    IRuns,
    IBatchExtensions,
    IRunPlaces,
    IRenderMimeRegistry
  ],
  optional: [IRunDialog, ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    api: IBatchApi,
    runs: IRuns,
    extensions: IBatchExtensions,
    places: IRunPlaces,
    rendermime: IRenderMimeRegistry,
    dialog: IRunDialog | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyterlab-batch-runs'
    });
    addRunCommands({
      api,
      runs,
      extensions,
      rendermime,
      commands,
      trans,
      dialog,
      tracker,
      places
    });
    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openRun,
        args: ({ id }) => ({ id: idOf(id) }),
        name: ({ id }) => idOf(id)
      });
    }
    palette?.addItem({
      command: CommandIDs.openRun,
      category: trans.__('Batch')
    });
  }
};

/** The run that a document shows, out of the document's own id. */
function idOf(widget: string): string {
  return widget.replace(/^jp-batch-run-/, '');
}

export default plugin;
