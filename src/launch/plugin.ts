import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs, IRunDialog, IRunNotices, IRuns } from '../tokens';
import { addLaunchCommands } from './launcher';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-batch:launch',
  description: 'Commands and buttons that run a notebook as batch.',
  autoStart: true,
  requires: [IRunDialog, IRuns],
  optional: [
    INotebookTracker,
    IRunNotices,
    IDocumentManager,
    IFileBrowserFactory,
    ICommandPalette,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    dialog: IRunDialog,
    runs: IRuns,
    tracker: INotebookTracker | null,
    notices: IRunNotices | null,
    docManager: IDocumentManager | null,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_batch');
    addLaunchCommands({
      dialog,
      runs,
      tracker,
      commands: app.commands,
      contents: app.serviceManager.contents,
      trans,
      notices,
      docManager,
      browser: () => browsers?.tracker.currentWidget ?? null
    });
    palette?.addItem({
      command: CommandIDs.runNotebook,
      category: trans.__('Batch')
    });
  }
};

export default plugin;
