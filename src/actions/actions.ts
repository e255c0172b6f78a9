import { TERMINAL, type Run } from '@jupyterlab-batch/protocol';
import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs, type IBatchApi, type IRuns } from '../tokens';
import { problemTitle, toProblem } from '../words/problems';
import { notebookName } from '../words/states';

export interface IActionsOptions {
  api: IBatchApi;
  runs: IRuns;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** What can be done with one run, whoever asks for it. */
export class Actions {
  constructor(options: IActionsOptions) {
    this._options = options;
  }

  /** Opens the executed notebook; the server signs it first, so plots show. */
  async openResult(id: string): Promise<void> {
    const { api, commands, trans } = this._options;
    await this._report(trans.__('The result cannot be opened'), async () => {
      const { contents_path } = await api.call('result', { id });
      await commands.execute('docmanager:open', { path: contents_path });
    });
  }

  async cancel(id: string): Promise<void> {
    const { api, runs, trans } = this._options;
    await this._report(trans.__('The run cannot be cancelled'), async () => {
      await api.call('cancel', { id });
      await runs.refresh();
    });
  }

  async remove(id: string): Promise<void> {
    const { api, runs, trans } = this._options;
    const run = runs.get(id);
    const { button } = await showDialog({
      title: trans.__('Delete this run?'),
      body: run
        ? trans.__(
            'The run of %1 and its run folder are deleted. What was delivered beside the notebook stays.',
            notebookName(run)
          )
        : trans.__(
            'The run and its run folder are deleted. What was delivered beside the notebook stays.'
          ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Keep') }),
        Dialog.warnButton({ label: trans.__('Delete') })
      ],
      defaultButton: 0
    });
    if (!button.accept) {
      return;
    }
    await this._report(trans.__('The run cannot be deleted'), async () => {
      await api.call('remove', { id });
      runs.drop(id);
    });
  }

  private async _report(
    title: string,
    work: () => Promise<void>
  ): Promise<void> {
    const { trans } = this._options;
    try {
      await work();
    } catch (reason) {
      const problem = toProblem(reason);
      await showErrorMessage(title, {
        message: `${problemTitle(trans, problem)}. ${problem.detail}`
      });
    }
  }

  private readonly _options: IActionsOptions;
}

export function canOpen(run: Run | undefined): boolean {
  return run !== undefined && run.output !== null;
}

export function canCancel(run: Run | undefined): boolean {
  return run !== undefined && !TERMINAL.includes(run.state) && !run.cancelling;
}

export function canDelete(run: Run | undefined): boolean {
  return run !== undefined && TERMINAL.includes(run.state);
}

/** Adds the commands that take `{id}`. */
export function addActionCommands(options: IActionsOptions): void {
  const { commands, runs, trans } = options;
  const actions = new Actions(options);
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
  commands.addCommand(CommandIDs.openResult, {
    label: trans.__('Open result'),
    caption: trans.__('Open the executed notebook'),
    describedBy,
    isEnabled: args => canOpen(runs.get(idOf(args))),
    execute: args => actions.openResult(idOf(args))
  });
  commands.addCommand(CommandIDs.cancelRun, {
    label: trans.__('Cancel run'),
    caption: trans.__('Stop the run; what it has produced so far is kept'),
    describedBy,
    isEnabled: args => canCancel(runs.get(idOf(args))),
    execute: args => actions.cancel(idOf(args))
  });
  commands.addCommand(CommandIDs.deleteRun, {
    label: trans.__('Delete run'),
    caption: trans.__(
      'Delete the run and its folder; what was delivered stays'
    ),
    describedBy,
    isEnabled: args => canDelete(runs.get(idOf(args))),
    execute: args => actions.remove(idOf(args))
  });
}
