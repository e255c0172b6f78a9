import type { GivenValues } from '@jupyterlab-batch/protocol';

import type { IRow } from './rows';

/** What became of values that were taken from elsewhere in one go. */
export interface IFilled {
  /** names that have that value now */
  readonly taken: readonly string[];
  /** names that the site has set */
  readonly pinned: readonly string[];
  /** names that the notebook does not have */
  readonly unknown: readonly string[];
  /** what was said about them */
  readonly remarks: readonly string[];
}

/** Sorts given values by what can be done with them. */
export function sortGiven(
  rows: readonly IRow[],
  { values, problems }: GivenValues
): IFilled {
  const known = new Map(rows.map(row => [row.declaration.name, row]));
  const names = values.map(({ name }) => name);
  const unknown = names.filter(name => !known.has(name));
  return {
    taken: names.filter(name => known.get(name)?.pinned === false),
    pinned: names.filter(name => known.get(name)?.pinned === true),
    unknown,
    remarks: problems.map(({ message }) => message)
  };
}
