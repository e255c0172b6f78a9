import type { IRows } from './rows';

/** Where the keyboard is, and what is chosen; by key, so that it stays put. */
export interface ISelection {
  readonly chosen: ReadonlySet<string>;
  readonly focus: string | null;
  /** where a choice that is extended began */
  readonly anchor: string | null;
}

export const NOTHING: ISelection = {
  chosen: new Set(),
  focus: null,
  anchor: null
};

export function focusOn(selection: ISelection, key: string): ISelection {
  return { ...selection, focus: key, anchor: key };
}

/** Chooses a run, or no longer. */
export function toggle(selection: ISelection, key: string): ISelection {
  const chosen = new Set(selection.chosen);
  if (!chosen.delete(key)) {
    chosen.add(key);
  }
  return { chosen, focus: key, anchor: key };
}

/** Chooses all runs from the anchor to a line, and no others. */
export function extendTo(
  selection: ISelection,
  rows: IRows,
  index: number
): ISelection {
  const anchor = selection.anchor ?? selection.focus;
  const start = anchor === null ? -1 : rows.indexOf(anchor);
  const first = start < 0 ? index : Math.min(start, index);
  const last = start < 0 ? index : Math.max(start, index);
  const chosen = new Set<string>();
  for (let each = first; each <= last; each++) {
    const row = rows.at(each);
    if (row.kind === 'run') {
      chosen.add(row.key);
    }
  }
  const focus = rows.at(index).key;
  return { chosen, focus, anchor: start < 0 ? focus : anchor };
}

/** Everything that is loaded. */
export function chooseAll(selection: ISelection, rows: IRows): ISelection {
  if (rows.count === 0) {
    return selection;
  }
  const { focus, anchor } = selection;
  const { chosen } = extendTo(
    { ...selection, anchor: rows.at(0).key },
    rows,
    rows.count - 1
  );
  return { chosen, focus, anchor };
}

/**
 * Without what is not in the list any more: nothing that cannot be seen is ever
 * deleted. The focus goes to the line that took the place of its own.
 *
 * @param place - number of the line that had the focus
 */
export function settle(
  selection: ISelection,
  rows: IRows,
  place: number
): ISelection {
  const { chosen, focus, anchor } = selection;
  const kept = [...chosen].filter(key => rows.indexOf(key) >= 0);
  const lost = focus !== null && rows.indexOf(focus) < 0;
  if (kept.length === chosen.size && !lost) {
    return selection;
  }
  const next =
    rows.count === 0 ? null : rows.at(Math.min(place, rows.count - 1)).key;
  return {
    chosen: kept.length === chosen.size ? chosen : new Set(kept),
    focus: lost ? next : focus,
    anchor: lost ? next : anchor
  };
}
