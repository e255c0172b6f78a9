import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTools, INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { atRest } from '../parts/rest';
import { IBatchApi, IRuns } from '../tokens';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:notebook-tools',
  description: 'The batch runs of a notebook, in the property inspector.',
  autoStart: true,
  requires: [IBatchApi, IRuns],
  optional: [INotebookTools, INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    api: IBatchApi,
    runs: IRuns,
    tools: INotebookTools | null,
    tracker: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    if (!tools || !tracker) {
      return;
    }
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    const { commands } = app;
    void atRest(app).then(async () => {
      const { NotebookRunsTool } = await import('./tool');
      tools.addSection({
        sectionName: 'jupyterlab-batch-runs',
        label: trans.__('Batch runs of this notebook'),
        rank: 90,
        tool: new NotebookRunsTool({ api, runs, tracker, commands, trans })
      });
    });
  }
};

export default plugin;
