import type { Run } from '@jupyterlab-batch/protocol';
import type { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { clock } from '../words/duration';
import { count } from '../words/locale';
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

/** `24 runs ended: 16 succeeded, 8 failed` */
export function endsWords(
  trans: TranslationBundle,
  runs: readonly Run[]
): string {
  const sums = new Map<string, number>();
  for (const run of runs) {
    const word = stateWord(trans, run);
    sums.set(word, (sums.get(word) ?? 0) + 1);
  }
  return trans._n(
    '%2 run ended: %3',
    '%2 runs ended: %3',
    runs.length,
    count(runs.length),
    [...sums].map(([word, n]) => trans.__('%1 %2', count(n), word)).join(', ')
  );
}

/** The severity of several runs: one that failed is not to be overlooked. */
export function worst(runs: readonly Run[]): Notification.TypeOptions {
  const all = new Set(runs.map(severity));
  return all.has('error') ? 'error' : all.has('success') ? 'success' : 'info';
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
