import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IBatchApi,
  IBatchSettings,
  INotebookSource,
  IRunDialog
} from '../tokens';
import { beginning } from './beginning';
import type { IChoices } from './choices';
import type { Outcome } from './dialog';
import type { Session } from './session';
import type { Workbench } from './workbench';

/**
 * Opens the dialog; form and checks are loaded when they are first needed. Who
 * leaves the dialog to look at a cell finds everything as it was on the next
 * opening of the same notebook.
 */
export class RunDialog implements IRunDialog {
  constructor(
    api: IBatchApi,
    workbench: Workbench,
    trans: TranslationBundle,
    settings: IBatchSettings | null = null
  ) {
    this._api = api;
    this._settings = settings;
    this._workbench = workbench;
    this._trans = trans;
  }

  /** A second press while it is being opened, or is open, is not a second run. */
  async open(source: INotebookSource): Promise<Run | null> {
    if (this._open) {
      return null;
    }
    this._open = true;
    try {
      return await this._begin(source);
    } finally {
      this._open = false;
    }
  }

  private async _begin(source: INotebookSource): Promise<Run | null> {
    const [{ Session }, { choicesOf }] = await Promise.all([
      import('./session'),
      import('./choices')
    ]);
    // Disposed in `finally` below, which the rule does not see behind `await`.
    // eslint-disable-next-line jupyter/require-disposable-ownership
    const session = new Session({
      api: this._api,
      source,
      trans: this._trans,
      choices: source.start
        ? choicesOf(this._trans, source.start)
        : (this._drafts.get(source.path) ??
          (await beginning(this._api, this._settings)))
    });
    this._drafts.delete(source.path);
    try {
      return await this._ask(session);
    } finally {
      session.dispose();
    }
  }

  /** Shows the dialog until it is answered, over all that is asked aside. */
  private async _ask(session: Session): Promise<Run | null> {
    const [{ SubmitDialog }, { hostOf }, { rememberIn }] = await Promise.all([
      import('./dialog'),
      import('./leaving'),
      import('./remembering')
    ]);
    let field: string | null = null;
    for (;;) {
      const dialog = new SubmitDialog(session, this._trans, leave =>
        hostOf(session, this._workbench, this._trans, leave)
      );
      const outcome: Outcome = await dialog
        .run(field)
        .finally(() => dialog.dispose());
      switch (outcome.kind) {
        case 'accepted':
          rememberIn(session, this._trans);
          return outcome.run;
        case 'dropped':
          return null;
        case 'away':
          this._drafts.set(session.source.path, session.state.choices);
          outcome.go();
          return null;
        case 'aside':
          await outcome.ask();
          field = outcome.field;
      }
    }
  }

  private readonly _api: IBatchApi;
  private readonly _workbench: Workbench;
  private readonly _settings: IBatchSettings | null;
  private readonly _trans: TranslationBundle;
  private _open = false;
  private readonly _drafts = new Map<string, IChoices>();
}
