import type { Run } from '@jupyterlab-batch/protocol';
import { showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IBatchApi,
  IBatchSettings,
  INotebookSource,
  IRunDialog
} from '../tokens';
import type { Beginning } from './beginning';
import type { Outcome } from './dialog';
import { Drafts } from './drafts';
import type { Session } from './session';
import type { Workbench } from './workbench';

/**
 * Opens the dialog; form and checks are loaded when they are first needed. Who
 * leaves it without an answer, to look at a cell or by Escape, finds everything as
 * it was on the next opening of the same notebook.
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
    const [{ Session }, { choicesOf }, { Beginning, beginning }] =
      await Promise.all([
        import('./session'),
        import('./choices'),
        import('./beginning')
      ]);
    const fresh = source.start
      ? new Beginning(choicesOf(this._trans, source.start))
      : beginning(this._settings);
    const draft = this._drafts.take(source);
    // Disposed in `finally` below, which the rule does not see behind `await`.
    // eslint-disable-next-line jupyter/require-disposable-ownership
    const session = new Session({
      api: this._api,
      source,
      trans: this._trans,
      fresh,
      ...(draft ? { choices: draft } : {})
    });
    try {
      return await this._ask(session, fresh);
    } finally {
      session.dispose();
    }
  }

  /** Shows the dialog until it is answered, over all that is asked aside. */
  private async _ask(session: Session, fresh: Beginning): Promise<Run | null> {
    const [{ SubmitDialog }, { hostOf, sayKept }, { rememberIn }] =
      await Promise.all([
        import('./dialog'),
        import('./leaving'),
        import('./remembering')
      ]);
    const keep = () =>
      this._drafts.keep(session.source, session.state.choices, fresh.choices);
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
        case 'put off':
          if (keep()) {
            sayKept(session, this._trans);
          }
          return null;
        case 'away':
          keep();
          outcome.go();
          return null;
        case 'aside':
          await outcome
            .ask()
            .catch((reason: unknown) =>
              showErrorMessage(
                this._trans.__('No file can be chosen now'),
                reason instanceof Error ? reason : String(reason)
              )
            );
          field = outcome.field;
      }
    }
  }

  private readonly _api: IBatchApi;
  private readonly _workbench: Workbench;
  private readonly _settings: IBatchSettings | null;
  private readonly _trans: TranslationBundle;
  private _open = false;
  private readonly _drafts = new Drafts();
}
