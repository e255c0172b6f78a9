import type { TranslationBundle } from '@jupyterlab/translation';

import type { IDifference } from './differences';
import type { IRow } from './rows';

/**
 * `0 to 5, in steps of 0.5`; null: any value of the type, or the author's own
 * description says it already.
 */
export function rangeWords(
  trans: TranslationBundle,
  { declaration }: IRow
): string | null {
  const { min, max, step, description } = declaration;
  const bounds = [min, max, step].filter(each => each !== null);
  if (bounds.every(each => description?.includes(each))) {
    return null;
  }
  const range =
    min !== null && max !== null
      ? trans.__('%1 to %2', min, max)
      : min !== null
        ? trans.__('from %1', min)
        : max !== null
          ? trans.__('up to %1', max)
          : null;
  if (step === null) {
    return range;
  }
  return range === null
    ? trans.__('in steps of %1', step)
    : trans.__('%1, in steps of %2', range, step);
}

export function differenceWords(
  trans: TranslationBundle,
  { before, after }: IDifference
): string {
  if (before && after) {
    return trans.__(
      'Changed: was %1 (%2), now %3 (%4)',
      before.text,
      before.origin,
      after.text,
      after.origin
    );
  }
  return after
    ? trans.__('New: %1 (%2)', after.text, after.origin)
    : trans.__('Gone: was %1 (%2)', before?.text ?? '', before?.origin ?? '');
}
