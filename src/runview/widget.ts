import { MainAreaWidget } from '@jupyterlab/apputils';
import { CommandToolbarButton } from '@jupyterlab/ui-components';

import { stateIcons, batchIcon } from '../icons';
import { RunModel } from '../parts/runmodel';
import { CommandIDs } from '../tokens';
import { notebookName, stateWord } from '../words/states';
import type { IRunCommandsOptions } from './commands';
import { RunDocument } from './document';

/** In the order of the toolbar; `args` beside the run's id. */
const ACTIONS: readonly { command: string; args?: { ask: true } }[] = [
  { command: CommandIDs.openResult },
  { command: CommandIDs.openSource },
  { command: CommandIDs.rerunRun },
  { command: CommandIDs.cancelRun, args: { ask: true } },
  { command: CommandIDs.deleteRun },
  { command: CommandIDs.compareRuns },
  { command: CommandIDs.copyCommand }
];

/** The document of a run with the actions above it. */
export function makeDocument(
  options: IRunCommandsOptions & { id: string }
): MainAreaWidget<RunDocument> {
  const { api, runs, rendermime, commands, trans, id } = options;
  const model = new RunModel(api, runs, id);
  const content = new RunDocument({ model, rendermime, commands, trans });
  const widget = new MainAreaWidget({ content });
  // Not before: it says `main area content` of everything.
  content.node.setAttribute('aria-label', trans.__('Batch run'));
  widget.id = `jp-batch-run-${id}`;
  widget.title.closable = true;
  widget.title.icon = batchIcon;
  widget.title.label = trans.__('Batch run');
  widget.toolbar.node.setAttribute('aria-label', trans.__('Actions'));
  for (const { command, args } of ACTIONS) {
    if (commands.hasCommand(command)) {
      const button = new CommandToolbarButton({
        commands,
        id: command,
        args: { id, ...args },
        label: commands.label(command, { id }),
        icon: undefined
      });
      widget.toolbar.addItem(command, button);
    }
  }
  let state = '';
  model.changed.connect(() => {
    const { run } = model;
    if (model.gone) {
      widget.dispose();
      return;
    }
    if (!run) {
      return;
    }
    widget.title.label = notebookName(run);
    widget.title.caption = trans.__(
      '%1 %2',
      run.label ?? run.notebook,
      stateWord(trans, run)
    );
    widget.title.icon = stateIcons[run.state];
    const now = `${run.state} ${run.output} ${run.cancelling}`;
    if (now !== state) {
      state = now;
      ACTIONS.filter(({ command }) => commands.hasCommand(command)).forEach(
        ({ command }) => commands.notifyCommandChanged(command)
      );
    }
  }, widget);
  return widget;
}
