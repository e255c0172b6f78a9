import type { NotebookPage, NotebookRuns } from '@jupyterlab-batch/protocol';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import { PAGE, readAgain } from '../parts/pages';
import type { IBatchApi, IRuns, IRunView, RunFilter } from '../tokens';

/** milliseconds in which changes are gathered before the notebooks are counted */
const PATIENCE = 1000;

/** The list folded by notebook; the runs of one are read when it is opened. */
export class Groups implements IDisposable {
  constructor(
    private readonly _options: {
      api: IBatchApi;
      runs: IRuns;
      filter: RunFilter;
      /** what was open before, under another filter */
      open: readonly string[];
    }
  ) {
    this._again = new Debouncer(() => this._load(), PATIENCE);
    this._options.runs.observed.connect(this._observe, this);
    this._options.runs.dropped.connect(this._recount, this);
    this._options.open.forEach(notebook => this._unfold(notebook));
    void this._load();
  }

  get notebooks(): readonly NotebookRuns[] {
    return this._notebooks;
  }

  /** of those that are open */
  get views(): ReadonlyMap<string, IRunView> {
    return this._views;
  }

  get hasMore(): boolean {
    return this._cursor !== null;
  }

  get loaded(): boolean {
    return this._loaded;
  }

  get loading(): boolean {
    return this._waiting > 0;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._again.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._again.dispose();
      this._views.forEach(view => view.dispose());
      Signal.clearData(this);
    }
  }

  toggle(notebook: string): void {
    const view = this._views.get(notebook);
    if (view) {
      this._views.delete(notebook);
      view.dispose();
    } else {
      this._unfold(notebook);
    }
    this._changed.emit();
  }

  async loadMore(): Promise<void> {
    if (this.loading) {
      await this._reading;
    } else if (this._cursor !== null) {
      const cursor = this._cursor;
      await this._read(async () => {
        const page = await this._page(PAGE, cursor);
        return { ...page, notebooks: [...this._notebooks, ...page.notebooks] };
      });
    }
  }

  private _unfold(notebook: string): void {
    const { runs, filter } = this._options;
    const view = runs.view({ ...filter, notebook });
    view.changed.connect(() => this._changed.emit(), this);
    this._views.set(notebook, view);
  }

  /** Reads all that is shown anew, at least the first page. */
  private _load(): Promise<void> {
    return this._read(async () => {
      const pages = await readAgain({
        length: this._notebooks.length,
        read: (limit, cursor) => this._page(limit, cursor),
        size: ({ notebooks }) => notebooks.length,
        stop: () => this.isDisposed
      });
      return {
        notebooks: pages.flatMap(({ notebooks }) => notebooks),
        next: pages[pages.length - 1].next
      };
    });
  }

  private _page(limit: number, cursor?: string): Promise<NotebookPage> {
    const { api, filter } = this._options;
    return api.call('notebooks', { query: { ...filter, limit, cursor } });
  }

  /** One question after the other: an older answer takes the place of no newer one. */
  private _read(ask: () => Promise<NotebookPage>): Promise<void> {
    this._waiting += 1;
    this._reading = this._reading.then(async () => {
      try {
        const page = await ask();
        this._notebooks = page.notebooks;
        this._cursor = page.next;
        this._loaded = true;
      } catch {
        // The model says that the connection is lost, and tries until it is back.
        this._options.runs.changed.connect(this._retry, this);
      }
      this._waiting -= 1;
      if (!this.isDisposed) {
        this._changed.emit();
      }
    });
    return this._reading;
  }

  private _retry(): void {
    const { runs } = this._options;
    if (['live', 'polling'].includes(runs.connection.state)) {
      runs.changed.disconnect(this._retry, this);
      this._recount();
    }
  }

  /** Only a change of state, or a new run, changes a count. */
  private _observe(_: IRuns, run: IRuns['runs'][number]): void {
    if (this._states.get(run.id) !== run.state) {
      this._states.set(run.id, run.state);
      this._recount();
    }
  }

  private _recount(): void {
    // Refused only once this is disposed.
    this._again.invoke().catch(() => undefined);
  }

  private readonly _again: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _views = new Map<string, IRunView>();
  private readonly _states = new Map<string, string>();
  private _notebooks: readonly NotebookRuns[] = [];
  private _cursor: string | null = null;
  private _loaded = false;
  private _reading = Promise.resolve();
  /** questions that have no answer yet */
  private _waiting = 0;
}
