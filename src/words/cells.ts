import type { OutlineCell, Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import { count } from './locale';
import { isActive } from './states';

export type CellStatus = 'waiting' | 'never' | NonNullable<Status>;
type Status = OutlineCell['status'];

/** How a cell is, given that its run may have been killed in the middle. */
export function cellStatus(
  { status }: Pick<OutlineCell, 'status'>,
  { state }: Pick<Run, 'state'>
): CellStatus {
  const active = isActive(state);
  if (status === null) {
    return active ? 'waiting' : 'never';
  }
  return status === 'running' && !active ? 'interrupted' : status;
}

export function cellStatusWord(
  trans: TranslationBundle,
  status: CellStatus
): string {
  switch (status) {
    case 'waiting':
      return trans.__('not run yet');
    case 'never':
      return trans.__('never run');
    case 'running':
      return trans.__('running');
    case 'ok':
      return trans.__('done');
    case 'error':
      return trans.__('failed');
    case 'interrupted':
      return trans.__('interrupted');
    case 'kernel_died':
      return trans.__('the kernel died');
  }
}

/** `3 solve`, or the number alone. */
export function cellName(
  trans: TranslationBundle,
  { number, title, index }: Pick<OutlineCell, 'number' | 'title' | 'index'>
): string {
  return number === null
    ? trans.__('cell at position %1', count(index + 1))
    : title === null
      ? trans.__('cell %1', count(number))
      : trans.__('cell %1: %2', count(number), title);
}

/** When the clock of a cell that never ended stands still. */
export function endOf(run: Pick<Run, 'ended_at'>, now: Date): Date {
  return run.ended_at === null ? now : new Date(run.ended_at);
}

/** In milliseconds; null: it has not started. */
export function cellTime(
  { started_at, ended_at }: Pick<OutlineCell, 'started_at' | 'ended_at'>,
  end: Date
): number | null {
  return started_at === null
    ? null
    : Math.max(
        0,
        new Date(ended_at ?? end).getTime() - new Date(started_at).getTime()
      );
}
