import type { OutlineCell, Parameter, Run } from '@jupyterlab-batch/protocol';

import { cellTime, endOf } from '../words/cells';

export interface IParameterRow {
  readonly name: string;
  /** one for each run; null: it has no such parameter */
  readonly texts: readonly (string | null)[];
  readonly differs: boolean;
}

/** Parameters by name, in the order of the first run that has them. */
export function parameterRows(runs: readonly Run[]): IParameterRow[] {
  const declared = runs.map(
    ({ parameters }) =>
      new Map(
        parameters
          .filter((parameter: Parameter) => parameter.declared)
          .map(({ name, text }) => [name, text])
      )
  );
  const names = new Set(declared.flatMap(map => [...map.keys()]));
  return [...names].map(name => {
    const texts = declared.map(map => map.get(name) ?? null);
    return { name, texts, differs: new Set(texts).size > 1 };
  });
}

export interface ICellRow {
  /** what the cell is called, in the run that has it first */
  readonly cell: OutlineCell;
  /** its index in each run's notebook; null: that one has no such cell */
  readonly indices: readonly (number | null)[];
  /** milliseconds */
  readonly times: readonly (number | null)[];
}

/**
 * The code cells side by side. Runs of one notebook have the same cells in the
 * same order but for injected ones and edits between them, so cells are paired
 * by title where they have one, else by their turn among those without.
 */
export function cellRows(
  outlines: readonly (readonly OutlineCell[])[],
  runs: readonly Run[],
  now: Date
): ICellRow[] {
  const keyed = outlines.map(outline => {
    const turns = new Map<string, number>();
    return new Map(
      outline
        .filter(({ number }) => number !== null)
        .map(cell => {
          const title = cell.title ?? '';
          const turn = turns.get(title) ?? 0;
          turns.set(title, turn + 1);
          return [`${turn}:${title}`, cell] as const;
        })
    );
  });
  const keys = new Set(keyed.flatMap(map => [...map.keys()]));
  return [...keys]
    .map(key => {
      const cells = keyed.map(map => map.get(key) ?? null);
      const cell = cells.find(found => found !== null) as OutlineCell;
      return {
        cell,
        indices: cells.map(found => found?.index ?? null),
        times: cells.map((found, turn) =>
          found ? cellTime(found, endOf(runs[turn], now)) : null
        )
      };
    })
    .sort((a, b) => a.cell.index - b.cell.index);
}
