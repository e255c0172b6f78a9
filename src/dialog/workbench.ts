import type { IEditorServices } from '@jupyterlab/codeeditor';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { goToLine } from '../parts/gotoline';
import type { IBatchExtensions, IParameterForm } from '../tokens';
import type { EditorFactory } from './fields/field';

export interface IWorkbenchOptions {
  commands: CommandRegistry;
  docManager: IDocumentManager | null;
  editors: IEditorServices | null;
  translator: ITranslator;
  extensions: IBatchExtensions | null;
}

/** What of the JupyterLab around it the dialog uses. */
export class Workbench {
  constructor(options: IWorkbenchOptions) {
    this._options = options;
  }

  get forms(): readonly IParameterForm[] {
    return this._options.extensions?.forms ?? [];
  }

  get editor(): EditorFactory | null {
    return this._options.editors?.factoryService.newInlineEditor ?? null;
  }

  /** Opens a file at a line (from 1); null: this host opens no files. */
  get open(): ((path: string, line: number | null) => Promise<void>) | null {
    const { docManager, commands } = this._options;
    if (docManager === null) {
      return null;
    }
    return async (path, line) => {
      const opened = docManager.openOrReveal(path, 'Editor');
      await (line === null
        ? opened?.context.ready
        : goToLine(commands, opened, line));
    };
  }

  /**
   * Lets the user choose a file below the folder that is served.
   *
   * @returns asks, beginning in a folder; null: this host has no file dialog
   */
  get choose():
    ((title: string, folder: string) => Promise<string | null>) | null {
    const { docManager, translator } = this._options;
    if (docManager === null) {
      return null;
    }
    return async (title, folder) => {
      const { FileDialog } = await import('@jupyterlab/filebrowser');
      const { value } = await FileDialog.getOpenFiles({
        manager: docManager,
        translator,
        title,
        defaultPath: folder
      });
      // Without a selection it gives the folder that it shows.
      const [chosen] = value ?? [];
      return chosen
        ? docManager.services.contents.localPath(chosen.path)
        : null;
    };
  }

  /**
   * The text of a file that is served.
   *
   * @throws Error what the contents manager says of one that is no text
   */
  async read(path: string): Promise<string> {
    const { docManager } = this._options;
    const model = await docManager?.services.contents.get(path, {
      type: 'file',
      format: 'text',
      content: true
    });
    return String(model?.content ?? '');
  }

  private readonly _options: IWorkbenchOptions;
}

/** A path as the notebook in `folder` names it. */
export function fromNotebook(notebook: string, path: string): string {
  return PathExt.relative(PathExt.dirname(notebook), path) || '.';
}
