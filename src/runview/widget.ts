import { MainAreaWidget } from '@jupyterlab/apputils';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { CommandToolbarButton, type Toolbar } from '@jupyterlab/ui-components';

import { stateIcons, batchIcon } from '../icons';
import { RunModel } from '../parts/runmodel';
import { CommandIDs, type IBatchExtensions, type IRunAction } from '../tokens';
import { notebookName, stateWord } from '../words/states';
import type { IRunCommandsOptions } from './commands';
import { RunDocument } from './document';

/** What only this view offers, among the actions that every run has. */
const OWN: readonly IRunAction[] = [
  { command: CommandIDs.openSource, rank: 12 },
  { command: CommandIDs.rerunRun, rank: 14 },
  { command: CommandIDs.compareRuns, rank: 32 },
  { command: CommandIDs.copyCommand, rank: 34 }
];

/** The actions of the toolbar in their order. */
function actionsOf(extensions: IBatchExtensions): readonly IRunAction[] {
  const rank = (action: IRunAction) => action.rank ?? Infinity;
  return [...OWN, ...extensions.actions].sort((a, b) => rank(a) - rank(b));
}

/** The document of a run with the actions above it. */
export function makeDocument(
  options: IRunCommandsOptions & { id: string }
): MainAreaWidget<RunDocument> {
  const { api, runs, rendermime, commands, extensions, trans, id } = options;
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
  let buttons = fillToolbar(widget.toolbar, options);
  extensions.changed.connect(() => {
    // Ours alone: the toolbar has a button of its own for what overflows.
    buttons.forEach(button => button.dispose());
    buttons = fillToolbar(widget.toolbar, options);
  }, widget);
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
      actionsOf(extensions)
        .filter(({ command }) => commands.hasCommand(command))
        .forEach(({ command }) => commands.notifyCommandChanged(command));
    }
  }, widget);
  return widget;
}

function fillToolbar(
  toolbar: Toolbar,
  { commands, extensions, id }: IRunCommandsOptions & { id: string }
): CommandToolbarButton[] {
  return actionsOf(extensions)
    .filter(({ command }) => commands.hasCommand(command))
    .map(({ command, label }) => {
      // Here is room for the whole label, and reason to ask: the list asks less.
      const args: ReadonlyJSONObject =
        command === CommandIDs.cancelRun ? { id, ask: true } : { id };
      const button = new CommandToolbarButton({
        commands,
        id: command,
        args,
        label: commands.label(command, { id }) || label,
        icon: undefined
      });
      toolbar.addItem(command, button);
      return button;
    });
}
