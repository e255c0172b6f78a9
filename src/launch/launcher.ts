import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import { NotebookPanel, type INotebookTracker } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { batchIcon } from '../icons';
import {
  CommandIDs,
  type INotebookSource,
  type IRunDialog,
  type IRunNotices,
  type IRuns
} from '../tokens';
import { onDisk, onScreen } from './source';

export interface ILauncherOptions {
  dialog: IRunDialog;
  runs: IRuns;
  /** null: a page without notebooks */
  tracker: INotebookTracker | null;
  commands: CommandRegistry;
  contents: Contents.IManager;
  trans: TranslationBundle;
  /** null: nobody tells how it goes on */
  notices: IRunNotices | null;
  docManager: IDocumentManager | null;
  /** the file browser in front; null where the host has none */
  browser: () => FileBrowser | null;
}

/** From "this notebook" to an accepted run. */
export class Launcher {
  constructor(options: ILauncherOptions) {
    this._options = options;
  }

  /** The notebook in front: never what the file browser happens to select. */
  async current(): Promise<void> {
    const panel = this._options.tracker?.currentWidget;
    if (panel) {
      await this._open(onScreen(panel));
    }
  }

  /** A notebook of the file browser; as it is on screen if it is open. */
  async file(path: string): Promise<void> {
    const { docManager, contents } = this._options;
    const widget = docManager?.findWidget(path, 'Notebook');
    await this._open(
      widget instanceof NotebookPanel
        ? onScreen(widget)
        : onDisk(contents.localPath(path))
    );
  }

  /** Path of the one notebook that is selected in the file browser. */
  selected(): string | null {
    const items = [...(this._options.browser()?.selectedItems() ?? [])];
    return items.length === 1 && items[0].type === 'notebook'
      ? items[0].path
      : null;
  }

  private async _open(source: INotebookSource): Promise<void> {
    const { dialog, runs, notices } = this._options;
    const run = await dialog.open(source);
    if (!run) {
      return;
    }
    runs.put(run);
    notices?.follow(run);
  }

  private readonly _options: ILauncherOptions;
}

export function addLaunchCommands(options: ILauncherOptions): void {
  const { commands, tracker, trans } = options;
  const launcher = new Launcher(options);
  commands.addCommand(CommandIDs.runNotebook, {
    label: args => (args.toolbar === true ? '' : trans.__('Run as Batch…')),
    caption: trans.__('Run as batch: in the background, without this browser'),
    icon: batchIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          toolbar: {
            type: 'boolean',
            description: trans.__('Shown in a toolbar: the icon alone')
          }
        }
      }
    },
    isEnabled: () => (tracker?.currentWidget ?? null) !== null,
    execute: () => launcher.current()
  });
  commands.addCommand(CommandIDs.runFile, {
    label: trans.__('Run as Batch…'),
    caption: trans.__('Run the selected notebook as batch'),
    icon: batchIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: trans.__(
              'The notebook; without it the one selected in the file browser'
            )
          }
        }
      }
    },
    isEnabled: args =>
      typeof args.path === 'string' || launcher.selected() !== null,
    execute: async args => {
      const path =
        typeof args.path === 'string' ? args.path : launcher.selected();
      if (path !== null) {
        await launcher.file(path);
      }
    }
  });
  tracker?.currentChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.runNotebook);
  }, launcher);
}
