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
function sortGiven(
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

/** What takes values: the session. */
export interface IFillable {
  readonly state: { readonly rows: readonly IRow[] };
  setText(name: string, text: string): void;
  tick(name: string, on: boolean): void;
}

/** Sets what can be set; a suggested name becomes a parameter by that. */
export function fillIn(form: IFillable, given: GivenValues): IFilled {
  const filled = sortGiven(form.state.rows, given);
  const taken = new Set(filled.taken);
  for (const { name, text } of given.values.filter(v => taken.has(v.name))) {
    form.setText(name, text);
    const row = form.state.rows.find(of => of.declaration.name === name);
    if (row?.included === false) {
      form.tick(name, true);
    }
  }
  return filled;
}

/** A file that could not even be read. */
export function unreadable(name: string, reason: unknown): GivenValues {
  return {
    values: [],
    problems: [
      {
        code: 'malformed_file',
        severity: 'error',
        message: reason instanceof Error ? reason.message : String(reason),
        parameter: null,
        origin: name
      }
    ]
  };
}
