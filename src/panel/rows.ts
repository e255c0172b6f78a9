import type { NotebookRuns, Run } from '@jupyterlab-batch/protocol';

import type { IRunView } from '../tokens';

/** What one line of the list shows. */
export type Row =
  | { readonly kind: 'run'; readonly key: string; readonly run: Run }
  | {
      readonly kind: 'notebook';
      readonly key: string;
      readonly notebook: string;
      readonly runs: number;
      readonly open: boolean;
    }
  | {
      readonly kind: 'more';
      readonly key: string;
      readonly loading: boolean;
      readonly load: () => void;
    };

/** The lines by number; none is made before it is asked for. */
export interface IRows {
  readonly count: number;
  at(index: number): Row;
  /** -1: it is not there */
  indexOf(key: string): number;
}

export function notebookKey(notebook: string): string {
  return `notebook:${notebook}`;
}

/** The runs of a view, and a line that loads more of them. */
export function flatRows(view: IRunView, key = 'more'): IRows {
  const { runs, hasMore, loading } = view;
  return {
    count: runs.length + (hasMore ? 1 : 0),
    at: index =>
      index < runs.length
        ? { kind: 'run', key: runs[index].id, run: runs[index] }
        : { kind: 'more', key, loading, load: () => void view.loadMore() },
    indexOf: wanted =>
      wanted === key && hasMore
        ? runs.length
        : view.filter.order === 'notebook'
          ? runs.findIndex(({ id }) => id === wanted)
          : placeOf(runs, wanted)
  };
}

/** Halves what is left of a list in the order of its ids, up or down. */
function placeOf(runs: IRunView['runs'], wanted: string): number {
  const up = runs.length > 1 && runs[0].id < runs[runs.length - 1].id;
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { id } = runs[middle];
    if (id === wanted) {
      return middle;
    }
    if (up === id < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return -1;
}

/** A line for each notebook, and below those that are open their runs. */
export function groupedRows(
  notebooks: readonly NotebookRuns[],
  views: ReadonlyMap<string, IRunView>,
  more: { readonly loading: boolean; readonly load: () => void } | null
): IRows {
  const parts: { start: number; rows: IRows }[] = [];
  let count = 0;
  const push = (rows: IRows) => {
    parts.push({ start: count, rows });
    count += rows.count;
  };
  for (const { notebook, runs } of notebooks) {
    const view = views.get(notebook);
    const key = notebookKey(notebook);
    const open = view !== undefined;
    push(single({ kind: 'notebook', key, notebook, runs, open }));
    if (view) {
      push(flatRows(view, `more:${notebook}`));
    }
  }
  if (more) {
    push(single({ kind: 'more', key: 'more', ...more }));
  }
  return {
    count,
    at: index => {
      const after = parts.findIndex(({ start }) => start > index);
      const part = parts.at(after < 0 ? -1 : after - 1);
      if (!part) {
        throw new RangeError(`no line ${index}`);
      }
      return part.rows.at(index - part.start);
    },
    indexOf: key => {
      for (const { start, rows } of parts) {
        const found = rows.indexOf(key);
        if (found >= 0) {
          return start + found;
        }
      }
      return -1;
    }
  };
}

function single(row: Row): IRows {
  return {
    count: 1,
    at: () => row,
    indexOf: key => (key === row.key ? 0 : -1)
  };
}
