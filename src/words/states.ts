import {
  TERMINAL,
  type Run,
  type RunState,
  type Waiting
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import { count } from './locale';
import { shortTime } from './time';

export function isActive(state: RunState): boolean {
  return !TERMINAL.includes(state);
}

/** The word that stands beside the icon of a state. */
export function stateWord(
  trans: TranslationBundle,
  {
    state,
    cancelling,
    deleting
  }: Pick<Run, 'state' | 'cancelling' | 'deleting'>
): string {
  if (deleting) {
    return trans.__('deleting');
  }
  if (cancelling && isActive(state)) {
    return trans.__('cancelling');
  }
  switch (state) {
    case 'staged':
      return trans.__('preparing');
    case 'queued':
      return trans.__('waiting');
    case 'running':
      return trans.__('running');
    case 'finishing':
      return trans.__('finishing');
    case 'succeeded':
      return trans.__('succeeded');
    case 'failed':
      return trans.__('failed');
    case 'cancelled':
      return trans.__('cancelled');
    case 'lost':
      return trans.__('lost');
  }
}

/** File name of a run's notebook. */
export function notebookName({ notebook }: Pick<Run, 'notebook'>): string {
  return notebook.split('/').pop() || notebook;
}

/** Where a run is, in a few words: `cell 3 of 12`, `number 2 in line`. */
export function whereabouts(trans: TranslationBundle, run: Run): string | null {
  if (run.state === 'queued' && run.position !== null) {
    return trans.__('number %1 in line', count(run.position));
  }
  // a job that runs may be held, too: suspended by its cluster
  if (run.waiting !== null) {
    return waitingWords(trans, run.waiting);
  }
  if (run.progress && run.progress.cell > 0 && isActive(run.state)) {
    return trans.__(
      'cell %1 of %2',
      count(run.progress.cell),
      count(run.progress.cells)
    );
  }
  return null;
}

/** What its target says that it waits for, and until when. */
function waitingWords(
  trans: TranslationBundle,
  { why, starts_at }: Waiting
): string {
  const words = why ?? trans.__('waiting');
  return starts_at === null
    ? words
    : trans.__(
        '%1, estimated start %2',
        words,
        shortTime(starts_at, new Date())
      );
}

/** When its clock began and ended, in milliseconds; null: it never started. */
export function elapsed(run: Run, now: Date): number | null {
  if (!run.started_at) {
    return null;
  }
  const end = run.ended_at ? new Date(run.ended_at) : now;
  // The job may have a clock of its own, on another machine.
  return Math.max(0, end.getTime() - new Date(run.started_at).getTime());
}
