import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IBatchApi, INotebookSource, IRunDialog } from '../tokens';
import type { IChoices } from './choices';
import { SubmitDialog } from './dialog';
import { Session } from './session';

/**
 * Opens the dialog, one at a time. Who leaves it to look at a cell finds
 * everything as it was on the next opening of the same notebook.
 */
export class RunDialog implements IRunDialog {
  constructor(
    private readonly _api: IBatchApi,
    private readonly _trans: TranslationBundle
  ) {}

  async open(source: INotebookSource): Promise<Run | null> {
    const session = new Session({
      api: this._api,
      source,
      trans: this._trans,
      choices: this._drafts.get(source.path)
    });
    this._drafts.delete(source.path);
    const { showCell } = source;
    const dialog = new SubmitDialog(
      session,
      this._trans,
      showCell &&
        (cell => {
          this._drafts.set(source.path, session.state.choices);
          dialog.reject();
          showCell(cell);
        })
    );
    const prepared = session.prepare();
    void Promise.all([prepared, dialog.ready]).then(() => {
      // After the paint in which React has put the fields there.
      requestAnimationFrame(() => {
        if (dialog.isAttached) {
          dialog.focusNext();
        }
      });
    });
    try {
      const { value, button } = await dialog.launch();
      return button.accept ? value : null;
    } finally {
      session.dispose();
    }
  }

  private readonly _drafts = new Map<string, IChoices>();
}
