import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { parameterField } from './attention';
import type { Outcome } from './dialog';
import type { IHost } from './host';
import type { Session } from './session';
import { fromNotebook, type Workbench } from './workbench';

/** What the form may do, by leaving the dialog for it. */
export function hostOf(
  session: Session,
  workbench: Workbench,
  trans: TranslationBundle,
  leave: (outcome: Outcome) => void
): IHost {
  const { editor, forms, open, choose } = workbench;
  const { path, showCell } = session.source;
  const away = (go: () => void) => leave({ kind: 'away', go });
  return {
    editor,
    forms,
    showCell: showCell && (cell => away(() => showCell(cell))),
    openFile: open && ((file, line) => away(() => void open(file, line))),
    browse:
      choose &&
      (name =>
        leave({
          kind: 'aside',
          field: parameterField(name),
          ask: async () => {
            const folder = PathExt.dirname(path);
            const chosen = await choose(
              trans.__('A file for %1', name),
              folder
            );
            if (chosen !== null) {
              session.setText(name, fromNotebook(path, chosen));
            }
          }
        })),
    importFile:
      choose &&
      (() =>
        leave({
          kind: 'aside',
          field: 'import',
          ask: async () => {
            const folder = PathExt.dirname(path);
            const chosen = await choose(trans.__('A parameter file'), folder);
            if (chosen !== null) {
              await session.filling.importFile(PathExt.basename(chosen), () =>
                workbench.read(chosen)
              );
            }
          }
        }))
  };
}

/** Tells who left by Escape that nothing is lost. */
export function sayKept(session: Session, trans: TranslationBundle): void {
  Notification.info(
    trans.__(
      'What you chose for %1 is kept for the next time you run it as batch.',
      session.source.name
    ),
    { autoClose: 5000 }
  );
}
