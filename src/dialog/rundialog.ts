import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IBatchApi, INotebookSource, IRunDialog } from '../tokens';
import type { IChoices } from './choices';

/**
 * Opens the dialog; form and checks are loaded when they are first needed. Who
 * leaves the dialog to look at a cell finds everything as it was on the next
 * opening of the same notebook.
 */
export class RunDialog implements IRunDialog {
  constructor(api: IBatchApi, trans: TranslationBundle) {
    this._api = api;
    this._trans = trans;
  }

  async open(source: INotebookSource): Promise<Run | null> {
    const [{ SubmitDialog }, { Session }] = await Promise.all([
      import('./dialog'),
      import('./session')
    ]);
    const session = new Session({
      api: this._api,
      source,
      trans: this._trans,
      choices: this._drafts.get(source.path)
    });
    this._drafts.delete(source.path);
    // Disposed in `finally` below, which the rule does not see behind `await`.
    // eslint-disable-next-line jupyter/require-disposable-ownership
    const dialog = new SubmitDialog(session, this._trans, () =>
      this._drafts.set(source.path, session.state.choices)
    );
    try {
      return await dialog.run();
    } finally {
      dialog.dispose();
      session.dispose();
    }
  }

  private readonly _api: IBatchApi;
  private readonly _trans: TranslationBundle;
  private readonly _drafts = new Map<string, IChoices>();
}
