/** A span of a cell that gets another text. */
export interface IEdit {
  cell: number;
  from: number;
  to: number;
  text: string;
}

/** Where the values go: spans of cells, and lines after a cell. */
export interface IPlan {
  edits: IEdit[];
  /** lines of an injected cell, by the cell it follows; -1: it is the first */
  lines: Map<number, string[]>;
  /** whole new texts of cells that were injected before */
  replaced: Map<number, string>;
}

export function emptyPlan(): IPlan {
  return { edits: [], lines: new Map(), replaced: new Map() };
}

export function addLine(plan: IPlan, after: number, line: string): void {
  plan.lines.set(after, [...(plan.lines.get(after) ?? []), line]);
}

/** The text with its edits; of two that overlap the outer one counts. */
export function applyEdits(source: string, edits: readonly IEdit[]): string {
  const ordered = [...edits].sort(
    (left, right) => left.from - right.from || right.to - left.to
  );
  let text = '';
  let at = 0;
  for (const { from, to, text: by } of ordered) {
    if (from >= at) {
      text += source.slice(at, from) + by;
      at = to;
    }
  }
  return text + source.slice(at);
}
