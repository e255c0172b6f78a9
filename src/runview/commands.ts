import type { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { batchIcon } from '../icons';
import {
  CommandIDs,
  type IBatchApi,
  type IBatchExtensions,
  type IRunDialog,
  type IRunPlaces,
  type IRuns
} from '../tokens';

export interface IRunCommandsOptions {
  api: IBatchApi;
  runs: IRuns;
  extensions: IBatchExtensions;
  rendermime: IRenderMimeRegistry;
  commands: CommandRegistry;
  trans: TranslationBundle;
  /** null: no dialog here, so no re-run with changes */
  dialog: IRunDialog | null;
  tracker: WidgetTracker<MainAreaWidget>;
  places: IRunPlaces;
}

/** Adds the commands that open a run, and those that only its view offers. */
export function addRunCommands(options: IRunCommandsOptions): void {
  const { commands, runs, trans, tracker, dialog, places } = options;
  const describedBy = {
    args: {
      type: 'object',
      properties: {
        id: { type: 'string', description: trans.__('The id of the run') }
      },
      required: ['id']
    }
  };
  const idOf = (args: { id?: unknown }): string =>
    typeof args.id === 'string' ? args.id : '';
  const known = (args: { id?: unknown }) => runs.get(idOf(args));
  commands.addCommand(CommandIDs.openRun, {
    label: trans.__('Open run view'),
    caption: trans.__(
      'Open a run with its live outputs, files, log and history; without an id the newest'
    ),
    icon: batchIcon,
    describedBy: {
      args: { type: 'object', properties: describedBy.args.properties }
    },
    isEnabled: args => idOf(args) !== '' || runs.runs.length > 0,
    execute: async args => {
      const id = idOf(args) || runs.runs[0]?.id;
      if (!id) {
        return;
      }
      if (places.elsewhere) {
        places.elsewhere([id]);
        return;
      }
      const show = (widget: MainAreaWidget) =>
        places.showDocument(widget, 'Batch run');
      // Before it is looked for: a second press may come while it is read.
      const { makeDocument } = await import('./widget');
      const open = tracker.find(({ id: at }) => at === `jp-batch-run-${id}`);
      if (open) {
        show(open);
        return;
      }
      const widget = makeDocument({ ...options, id });
      show(widget);
      await tracker.add(widget);
    }
  });
  commands.addCommand(CommandIDs.openSource, {
    label: trans.__('Open source'),
    caption: trans.__('Open the notebook that was submitted, as it is now'),
    describedBy,
    isEnabled: args => typeof known(args)?.contents_path === 'string',
    execute: args =>
      commands.execute('docmanager:open', {
        path: known(args)?.contents_path ?? ''
      })
  });
  commands.addCommand(CommandIDs.rerunRun, {
    label: trans.__('Re-run with changes…'),
    caption: trans.__('Ask again with the notebook and the values of this run'),
    describedBy,
    isEnabled: args =>
      dialog !== null && typeof known(args)?.contents_path === 'string',
    execute: async args => {
      const { again } = await import('./again');
      await again({ ...options, id: idOf(args) });
    }
  });
  commands.addCommand(CommandIDs.copyCommand, {
    label: trans.__('Copy as command'),
    caption: trans.__('Copy the “jupyter batch” command that runs the same'),
    describedBy,
    isEnabled: args => known(args) !== undefined,
    execute: async args => {
      const run = known(args);
      if (!run) {
        return;
      }
      const { copyCommand } = await import('./command');
      await copyCommand(options.api, trans, run);
    }
  });
}
