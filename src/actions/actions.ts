import {
  TERMINAL,
  type LeaseState,
  type Run
} from '@jupyterlab-batch/protocol';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs, type IBatchApi, type IRuns } from '../tokens';
import { notebookName } from '../words/states';
import { canRunLonger, Longer } from './longer';
import { report } from './report';

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
    await report(trans, trans.__('The result cannot be opened'), async () => {
      const { contents_path } = await api.call('result', { id });
      await commands.execute('docmanager:open', { path: contents_path });
    });
  }

  /** @param ask - whether to say first what will happen */
  async cancel(id: string, ask = false): Promise<void> {
    const { api, runs, trans } = this._options;
    if (ask && !(await this._agrees(runs.get(id)))) {
      return;
    }
    await report(trans, trans.__('The run cannot be cancelled'), async () => {
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
        ? deletionWords(trans, run)
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
    await report(trans, trans.__('The run cannot be deleted'), async () => {
      await api.call('remove', { id });
      runs.drop(id);
    });
  }

  /** Ends the credential of a run that goes on. */
  async revoke(id: string): Promise<void> {
    const { api, runs, trans } = this._options;
    const run = runs.get(id);
    const { button } = await showDialog({
      title: trans.__('Revoke the credential of this run now?'),
      body:
        run && !TERMINAL.includes(run.state)
          ? trans.__(
              'The run goes on without it: what its cells ask of %1 from now on is refused, and the run gets no other one. This cannot be taken back.',
              run.lease?.provider ?? ''
            )
          : trans.__(
              'It is revoked, and then asked for until it is proved dead. This cannot be taken back.'
            ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Keep it') }),
        Dialog.warnButton({ label: trans.__('Revoke now') })
      ],
      defaultButton: 0
    });
    if (!button.accept) {
      return;
    }
    await report(
      trans,
      trans.__('The credential cannot be revoked'),
      async () => {
        const body = { ids: null, run: id, all: false };
        await api.call('revokeLeases', { body });
        await runs.refresh();
      }
    );
  }

  private async _agrees(run: Run | undefined): Promise<boolean> {
    const { trans } = this._options;
    const { button } = await showDialog({
      title: trans.__('Cancel this run?'),
      body:
        run && run.started_at === null
          ? trans.__('It has not started, and will not.')
          : trans.__(
              'The cell that runs is interrupted. What the run has put out so far is kept and delivered; its credential is revoked.'
            ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Let it run') }),
        Dialog.warnButton({ label: trans.__('Cancel the run') })
      ],
      defaultButton: 0
    });
    return button.accept;
  }

  private readonly _options: IActionsOptions;
}

/** What goes and what stays, by name. */
function deletionWords(trans: TranslationBundle, run: Run): string {
  const goes = trans.__(
    'The run of %1 goes, with its folder %2: log, record, and all files that were not delivered.',
    notebookName(run),
    run.run_folder ?? ''
  );
  return run.output === null
    ? trans.__('%1 Nothing of it was delivered.', goes)
    : trans.__('%1 What was delivered stays: %2.', goes, run.output);
}

export function canOpen(run: Run | undefined): boolean {
  return run !== undefined && run.output !== null;
}

export function canCancel(run: Run | undefined): boolean {
  return run !== undefined && !TERMINAL.includes(run.state) && !run.cancelling;
}

/** It has a credential that nobody has begun to end. */
export function canRevoke(run: Run | undefined): boolean {
  const lease = run?.lease ?? null;
  return lease !== null && lease.end === null && LIVING.includes(lease.state);
}

export function canDelete(run: Run | undefined): boolean {
  return run !== undefined && TERMINAL.includes(run.state);
}

/** States of a credential that may still be handed out, or comes to be. */
const LIVING: readonly LeaseState[] = [
  'REQUESTED',
  'PROVISIONING',
  'READY',
  'ARMED',
  'ACTIVE',
  'RENEWING',
  'REAUTH_REQUIRED'
];

/** Adds the commands that take `{id}`. */
export function addActionCommands(options: IActionsOptions): void {
  const { commands, runs, trans } = options;
  const actions = new Actions(options);
  const longer = new Longer(options);
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
    describedBy: {
      args: {
        ...describedBy.args,
        properties: {
          ...describedBy.args.properties,
          ask: {
            type: 'boolean',
            description: trans.__('Say first what will happen, and ask')
          }
        }
      }
    },
    isEnabled: args => canCancel(runs.get(idOf(args))),
    execute: args => actions.cancel(idOf(args), args.ask === true)
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
  commands.addCommand(CommandIDs.runLonger, {
    label: trans.__('Run again with more time'),
    caption: trans.__(
      'Submit the run as it was, with up to twice the time limit'
    ),
    describedBy,
    isEnabled: args => canRunLonger(runs.get(idOf(args))),
    isVisible: args => canRunLonger(runs.get(idOf(args))),
    execute: args => longer.run(idOf(args))
  });
  commands.addCommand(CommandIDs.revokeCredential, {
    label: trans.__('Revoke now…'),
    caption: trans.__('End the credential of the run; the run goes on'),
    describedBy,
    isEnabled: args => canRevoke(runs.get(idOf(args))),
    execute: args => actions.revoke(idOf(args))
  });
}
