import type { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import {
  CommandIDs,
  type IBatchApi,
  type IRunPlaces,
  type IRuns
} from '../tokens';

export interface ICompareCommandOptions {
  api: IBatchApi;
  runs: IRuns;
  rendermime: IRenderMimeRegistry;
  commands: CommandRegistry;
  trans: TranslationBundle;
  tracker: WidgetTracker<MainAreaWidget>;
  places: IRunPlaces;
}

/** Columns that fit a screen. */
const MOST = 6;

/** Adds the command that takes `{ids}`, or `{id}` and asks with which others. */
export function addCompareCommand(options: ICompareCommandOptions): void {
  const { commands, runs, trans, tracker, places } = options;
  const given = (args: { ids?: unknown }): string[] =>
    Array.isArray(args.ids)
      ? args.ids.filter(id => typeof id === 'string').slice(0, MOST)
      : [];
  commands.addCommand(CommandIDs.compareRuns, {
    label: trans.__('Compare…'),
    caption: trans.__('Show runs of a notebook side by side'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ids: {
            type: 'array',
            items: { type: 'string' },
            description: trans.__('The ids of two to six runs')
          },
          id: {
            type: 'string',
            description: trans.__('A run; asks with which others')
          }
        }
      }
    },
    isEnabled: args =>
      given(args).length > 1 ||
      (typeof args.id === 'string' && runs.get(args.id) !== undefined),
    execute: async args => {
      let ids = given(args);
      if (ids.length < 2 && typeof args.id === 'string') {
        const { chooseOthers } = await import('./choose');
        ids = await chooseOthers({ ...options, id: args.id, most: MOST });
      }
      if (ids.length < 2) {
        return;
      }
      if (places.elsewhere) {
        places.elsewhere(ids);
        return;
      }
      const show = (widget: MainAreaWidget) =>
        places.showDocument(widget, 'Batch comparison');
      const name = `jp-batch-compare-${ids.join('+')}`;
      // Before it is looked for: a second press may come while it is read.
      const { makeComparison } = await import('./widget');
      const open = tracker.find(({ id }) => id === name);
      if (open) {
        show(open);
        return;
      }
      const widget = makeComparison({ ...options, ids });
      widget.id = name;
      show(widget);
      await tracker.add(widget);
    }
  });
}
