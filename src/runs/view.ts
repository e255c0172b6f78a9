import type { RunPage } from '@jupyterlab-batch/protocol';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IRuns, IRunView, RunFilter } from '../tokens';
import { PAGE, readAgain } from '../parts/pages';
import { Shelf } from './shelf';

type Run = IRuns['runs'][number];

/** With fewer than these the next page is read, if there is one. */
const FEW = 25;

export interface IViewOptions {
  runs: IRuns;
  filter: RunFilter;
  /** Reads a page; rejects when it cannot be had, which is told elsewhere. */
  read: (filter: RunFilter, limit: number, cursor?: string) => Promise<RunPage>;
  /** Told when the view is done with. */
  closed: (view: RunView) => void;
}

/** What one filter finds; pages are read, all that follows comes by itself. */
export class RunView implements IRunView {
  constructor(options: IViewOptions) {
    this._options = options;
    this._shelf = new Shelf(options.filter);
    options.runs.observed.connect(this._observe, this);
    options.runs.dropped.connect(this._drop, this);
  }

  get filter(): RunFilter {
    return this._options.filter;
  }

  get runs(): readonly Run[] {
    return this._shelf.runs;
  }

  get hasMore(): boolean {
    return this._shelf.cursor !== null;
  }

  get loaded(): boolean {
    return this._loaded;
  }

  get loading(): boolean {
    return this._reading !== null;
  }

  get changed(): ISignal<IRunView, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    if (!this._disposed) {
      this._disposed = true;
      this._options.closed(this);
      Signal.clearData(this);
    }
  }

  /**
   * Reads all that is shown anew, at least the first page.
   *
   * @throws BatchError what `read` rejects with
   */
  async load(): Promise<void> {
    const { length } = this.runs;
    const ask = () =>
      readAgain({
        length,
        read: (limit, cursor) => this._options.read(this.filter, limit, cursor),
        size: ({ runs }) => runs.length,
        stop: () => this._disposed
      });
    await this._read(ask, ([first, ...others]) => {
      this._shelf.fill(first);
      others.forEach(page => this._shelf.append(page));
      this._loaded = true;
    });
  }

  async loadMore(): Promise<void> {
    const { cursor } = this._shelf;
    if (this._reading !== null) {
      await this._reading.catch(() => undefined);
    } else if (cursor !== null) {
      await this._read(
        () => this._options.read(this.filter, PAGE, cursor),
        page => this._shelf.append(page)
      ).catch(() => undefined);
    }
  }

  private _read<T>(
    ask: () => Promise<T>,
    take: (answer: T) => void
  ): Promise<void> {
    const asked: Promise<void> = (this._reading ?? Promise.resolve())
      .catch(() => undefined)
      .then(async () => {
        this._meanwhile.clear();
        try {
          const answer = await ask();
          if (!this._disposed) {
            take(answer);
            // What was told while the page was on its way is newer than it.
            this._meanwhile.forEach((run, id) =>
              run ? this._shelf.place(run) : this._shelf.drop(id)
            );
          }
        } finally {
          if (this._reading === asked) {
            this._reading = null;
          }
          this._tell();
        }
      });
    this._reading = asked;
    this._tell();
    return asked;
  }

  private _observe(_: IRuns, run: Run): void {
    this._meanwhile.set(run.id, run);
    if (this._loaded && this._shelf.place(run)) {
      this._fillUp();
      this._tell();
    }
  }

  private _drop(_: IRuns, id: string): void {
    this._meanwhile.set(id, null);
    if (this._shelf.drop(id)) {
      this._fillUp();
      this._tell();
    }
  }

  /** Runs that fit no more leave room for those that were not loaded yet. */
  private _fillUp(): void {
    if (this.runs.length < FEW) {
      void this.loadMore();
    }
  }

  private _tell(): void {
    if (!this._disposed) {
      this._changed.emit();
    }
  }

  private readonly _options: IViewOptions;
  private readonly _shelf: Shelf;
  private readonly _changed = new Signal<IRunView, void>(this);
  /** what was observed (null: dropped) since a page was asked for */
  private readonly _meanwhile = new Map<string, Run | null>();
  private _reading: Promise<void> | null = null;
  private _loaded = false;
  private _disposed = false;
}
