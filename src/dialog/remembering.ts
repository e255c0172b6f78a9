import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { remembered } from './remembered';
import type { Session } from './session';

/** Writes into the notebook what the user wanted it to know, and can be undone. */
export function rememberIn(session: Session, trans: TranslationBundle): void {
  const { source, state } = session;
  const { prepared, choices, rows } = state;
  if (!choices.remember || source.edits === null || prepared === null) {
    return;
  }
  const undo = source.edits.remember(
    remembered(source.edits.section(), prepared, choices, rows)
  );
  Notification.info(
    trans.__('Remembered in %1. Save it to keep that.', source.name),
    {
      autoClose: 15_000,
      actions: [{ label: trans.__('Undo'), callback: undo }]
    }
  );
}
