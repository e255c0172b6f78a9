import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker, type MainAreaWidget } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IBatchApi, IRunPlaces, IRuns, CommandIDs } from '../tokens';
import { addCompareCommand } from './commands';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:compare',
  description: 'Batch runs of a notebook side by side.',
  autoStart: true,
  requires: [IBatchApi, IRuns, IRunPlaces, IRenderMimeRegistry],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    api: IBatchApi,
    runs: IRuns,
    places: IRunPlaces,
    rendermime: IRenderMimeRegistry,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyterlab-batch-comparisons'
    });
    addCompareCommand({
      api,
      runs,
      rendermime,
      commands,
      trans,
      tracker,
      places
    });
    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.compareRuns,
        args: ({ id }) => ({ ids: idsOf(id) }),
        name: ({ id }) => id
      });
    }
  }
};

/** The runs that a comparison shows, out of the document's own id. */
function idsOf(widget: string): string[] {
  return widget.replace(/^jp-batch-compare-/, '').split('+');
}

export default plugin;
