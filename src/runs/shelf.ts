import type { Run, RunPage } from '@jupyterlab-batch/protocol';

/**
 * The runs that were read, newest first. Ids are UUIDv7, so their order is the
 * order of submission. A run older than the last loaded page is known but not
 * listed: a list with holes would show a wrong neighbourhood.
 */
export class Shelf {
  /** of the next page; null: everything is loaded */
  get cursor(): string | null {
    return this._cursor;
  }

  get listed(): readonly Run[] {
    this._listed ??= [...this._runs.values()]
      .filter(({ id }) => this._cursor === null || id >= this._floor)
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    return this._listed;
  }

  /** the highest revision among them */
  get newest(): number {
    let newest = 0;
    this._runs.forEach(({ revision }) => {
      newest = Math.max(newest, revision);
    });
    return newest;
  }

  get(id: string): Run | undefined {
    return this._runs.get(id);
  }

  /** Begins anew with the first page. */
  fill(page: RunPage): void {
    this._runs.clear();
    this._floor = '';
    this.append(page);
  }

  append({ runs, next }: RunPage): void {
    runs.forEach(run => this.put(run));
    this._cursor = next;
    this._floor = runs.at(-1)?.id ?? this._floor;
    this._listed = null;
  }

  /** @returns false when something newer was known already */
  put(run: Run): boolean {
    const known = this._runs.get(run.id);
    if (known && known.revision >= run.revision) {
      return false;
    }
    this._runs.set(run.id, run);
    this._listed = null;
    return true;
  }

  drop(id: string): boolean {
    this._listed = null;
    return this._runs.delete(id);
  }

  private readonly _runs = new Map<string, Run>();
  private _cursor: string | null = null;
  private _floor = '';
  private _listed: readonly Run[] | null = null;
}
