import type { Run } from '@jupyterlab-batch/protocol';
import type { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { clock } from '../words/duration';
import { elapsed, notebookName, stateWord, whereabouts } from '../words/states';

function nameOf(trans: TranslationBundle, run: Run): string {
  return run.label
    ? trans.__('%1 (%2)', notebookName(run), run.label)
    : notebookName(run);
}

/** `wave.ipynb: running, cell 3 of 12` */
export function progressWords(trans: TranslationBundle, run: Run): string {
  const name = nameOf(trans, run);
  const word = stateWord(trans, run);
  const place = whereabouts(trans, run);
  return place
    ? trans.__('%1: %2, %3', name, word, place)
    : trans.__('%1: %2', name, word);
}

/** How much of it is done, 0 to 1, as far as cells tell. */
export function progressOf({ progress }: Run): number {
  return progress && progress.cells > 0
    ? Math.max(0, progress.cell - 1) / progress.cells
    : 0;
}

export function endWords(trans: TranslationBundle, run: Run): string {
  const name = nameOf(trans, run);
  const taken = clock(elapsed(run, new Date()) ?? 0);
  switch (run.state) {
    case 'succeeded':
      return trans.__('%1 succeeded after %2.', name, taken);
    case 'cancelled':
      return trans.__('%1 was cancelled.', name);
    case 'lost':
      return trans.__('%1 is lost: %2', name, run.message ?? '');
    default:
      return run.message
        ? trans.__('%1 failed: %2', name, run.message)
        : trans.__('%1 failed after %2.', name, taken);
  }
}

export function severity(run: Run): Notification.TypeOptions {
  switch (run.state) {
    case 'succeeded':
      return 'success';
    case 'cancelled':
      return 'info';
    default:
      return 'error';
  }
}
