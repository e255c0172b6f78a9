import type { Run, RunPage } from '@jupyterlab-batch/protocol';

import type { RunFilter } from '../tokens';
import { fits, inOrder, type Placed } from './fits';

/**
 * The loaded runs of one filter, in its order. A run beyond the last loaded page
 * is not listed: a list with holes would show a wrong neighbourhood.
 */
export class Shelf {
  constructor(readonly filter: RunFilter) {}

  /** of the next page; null: everything is loaded */
  get cursor(): string | null {
    return this._cursor;
  }

  get runs(): readonly Run[] {
    return this._runs;
  }

  /** Begins anew with the first page. */
  fill(page: RunPage): void {
    this._runs = [];
    this._end = null;
    this.append(page);
  }

  append({ runs, next }: RunPage): void {
    this._cursor = next;
    this._end = runs.at(-1) ?? this._end;
    // In one go: a copy for each run of a page would be dear in a long list.
    const told = new Set(runs.map(({ id }) => id));
    this._runs = [
      ...this._runs.filter(({ id }) => !told.has(id)),
      ...runs.filter(run => fits(run, this.filter))
    ].sort((a, b) => inOrder(this.filter, a, b));
  }

  /** Puts a run where it belongs, or takes it away where it does not any more. */
  place(run: Run): boolean {
    const [index, found] = this._find(run);
    const wanted = this._reaches(run) && fits(run, this.filter);
    if (!wanted) {
      return found && this._splice(index, 1);
    }
    return found && this._runs[index] === run
      ? false
      : this._splice(index, found ? 1 : 0, run);
  }

  drop(id: string): boolean {
    const index = this._runs.findIndex(run => run.id === id);
    return index >= 0 && this._splice(index, 1);
  }

  private _reaches(run: Placed): boolean {
    return (
      this._cursor === null ||
      (this._end !== null && inOrder(this.filter, run, this._end) <= 0)
    );
  }

  /** Where the run is, or would be. */
  private _find(run: Placed): [index: number, found: boolean] {
    let low = 0;
    let high = this._runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (inOrder(this.filter, this._runs[middle], run) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return [low, this._runs[low]?.id === run.id];
  }

  /** Always another array: who compares sees that something changed. */
  private _splice(index: number, away: number, ...runs: Run[]): true {
    this._runs = [
      ...this._runs.slice(0, index),
      ...runs,
      ...this._runs.slice(index + away)
    ];
    return true;
  }

  private _runs: Run[] = [];
  private _cursor: string | null = null;
  private _end: Placed | null = null;
}
