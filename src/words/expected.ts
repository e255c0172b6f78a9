import type { BaseType, Declaration } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

/** What fits a parameter, as the contract's `expectation` says it in English. */
export function expectedWords(
  trans: TranslationBundle,
  {
    type,
    items,
    choices,
    min,
    max,
    nullable
  }: Pick<Declaration, 'items' | 'choices' | 'min' | 'max' | 'nullable'> & {
    type: BaseType;
  }
): string {
  const parts = [
    choices
      ? trans.__('one of %1', choices.map(({ text }) => text).join(', '))
      : TYPES[type](trans),
    type === 'list' && items && !choices
      ? trans.__('each element %1', TYPES[items](trans))
      : null,
    min === null ? null : trans.__('not below %1', min),
    max === null ? null : trans.__('not above %1', max),
    nullable ? trans.__('or null') : null
  ];
  return parts.filter(part => part !== null).join(', ');
}

type Words = (trans: TranslationBundle) => string;

/** For each type of the contract: a new one does not compile without its words. */
const TYPES: Record<BaseType, Words> = {
  bool: trans => trans.__('true or false'),
  int: trans =>
    trans.__('a whole number without point or leading zeros, such as 3'),
  float: trans => trans.__('a number, such as 3.0 or 1e3'),
  str: trans => trans.__('text'),
  null: trans => trans.__('null'),
  list: trans => trans.__('a JSON list, such as [1, 2]'),
  dict: trans => trans.__('a JSON object, such as {"a": 1}'),
  date: trans => trans.__('a date, such as 2026-11-23 or 2026-11-23T12:03:00Z'),
  path: trans => trans.__('a path'),
  enum: trans => trans.__('one of the choices')
};
