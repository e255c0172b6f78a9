import type { GivenValues, Run } from '@jupyterlab-batch/protocol';

import { shownText, type IRow } from './rows';

/** The values that a run had, as far as they are values. */
export function valuesOf(run: Run): GivenValues {
  return {
    values: run.parameters
      .filter(({ declared, expression }) => declared && expression !== true)
      .map(({ name, text, origin }) => ({ name, text, origin })),
    problems: []
  };
}

/** `AMP 4.0`, for each value of a run that is another one now. */
export function changesTo(rows: readonly IRow[], run: Run): string[] {
  const now = new Map(
    rows.map(row => [
      row.declaration.name,
      row.included ? shownText(row) : null
    ])
  );
  return valuesOf(run)
    .values.filter(({ name, text }) => now.has(name) && now.get(name) !== text)
    .map(({ name, text }) => `${name} ${text}`);
}
