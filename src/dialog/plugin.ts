import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import {
  IBatchApi,
  IBatchExtensions,
  IBatchSettings,
  IRunDialog
} from '../tokens';
import { RunDialog } from './rundialog';
import { Workbench } from './workbench';

const plugin: JupyterFrontEndPlugin<IRunDialog> = {
  id: 'jupyterlab-batch:dialog',
  description: 'The dialog that asks how a notebook shall run as batch.',
  autoStart: true,
  requires: [IBatchApi],
  optional: [
    IBatchSettings,
    IBatchExtensions,
    IDocumentManager,
    IEditorServices,
    ITranslator
  ],
  provides: IRunDialog,
  activate: (
    app: JupyterFrontEnd,
    api: IBatchApi,
    settings: IBatchSettings | null,
    extensions: IBatchExtensions | null,
    docManager: IDocumentManager | null,
    editors: IEditorServices | null,
    given: ITranslator | null
  ): IRunDialog => {
    const translator = given ?? nullTranslator;
    const { commands } = app;
    return new RunDialog(
      api,
      new Workbench({ commands, docManager, editors, translator, extensions }),
      translator.load('jupyterlab_batch'),
      settings
    );
  }
};

export default plugin;
