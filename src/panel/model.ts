import type { IStateDB } from '@jupyterlab/statedb';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import { Comeback } from '../parts/comeback';
import type { IBatchApi, IRuns, IRunView } from '../tokens';
import { Groups } from './groups';
import { flatRows, groupedRows, type IRows } from './rows';
import {
  beginning,
  EVERYTHING,
  filterOf,
  readWish,
  type ISavedWish,
  type IWish,
  type ListSettings
} from './wish';

const KEY = 'jupyterlab-batch:panel';

function noLine(index: number): never {
  throw new RangeError(`no line ${index}`);
}

export interface IPanelModelOptions {
  api: IBatchApi;
  runs: IRuns;
  state: IStateDB | null;
  /** milliseconds between the last letter of a search and the question */
  patience?: number;
  /** milliseconds before it asks once more where a notebook is */
  comeback?: number;
}

/** What the panel shows: a wish, and the lines that fulfil it. */
export class PanelModel implements IDisposable {
  constructor(options: IPanelModelOptions) {
    this._options = options;
    this._soon = new Debouncer(() => this._open(), options.patience ?? 200);
    this._comeback = new Comeback(() => void this._name(), options.comeback);
    this._view = options.runs.view({});
    this._view.changed.connect(this._tell, this);
    options.runs.changed.connect(this._hear, this);
  }

  get wish(): IWish {
    return this._wish;
  }

  get saved(): readonly ISavedWish[] {
    return this._saved;
  }

  /** contents path of the notebook in front */
  get front(): string | null {
    return this._front;
  }

  get targets(): readonly string[] {
    return this._targets;
  }

  get rows(): IRows {
    const groups = this._groups;
    // Until there is something new to see, what was there stays in view.
    this._rows ??= !this.loaded
      ? this._before
      : groups
        ? groupedRows(
            groups.notebooks,
            groups.views,
            groups.hasMore
              ? { loading: groups.loading, load: () => void groups.loadMore() }
              : null
          )
        : flatRows(this._view);
    return this._rows;
  }

  /** the first lines are there */
  get loaded(): boolean {
    return (this._groups ?? this._view).loaded;
  }

  /** another one for the lines of another filter */
  get edition(): number {
    if (this.loaded) {
      this._shown = this._edition;
    }
    return this._shown;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._soon.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._soon.dispose();
      this._comeback.dispose();
      this._groups?.dispose();
      this._view.dispose();
      Signal.clearData(this);
    }
  }

  /** Takes up what this browser showed last, or what is set. */
  async restore(settings: ListSettings): Promise<void> {
    const fetched: unknown = await this._options.state?.fetch(KEY);
    if (this.isDisposed) {
      return;
    }
    const kept = typeof fetched === 'object' && fetched !== null ? fetched : {};
    const saved: unknown[] =
      'saved' in kept && Array.isArray(kept.saved) ? kept.saved : [];
    this._saved = saved.flatMap(each =>
      typeof each === 'object' &&
      each !== null &&
      'name' in each &&
      typeof each.name === 'string'
        ? [{ name: each.name, wish: readWish('wish' in each && each.wish) }]
        : []
    );
    this._wish = beginning(
      'wish' in kept ? readWish(kept.wish) : null,
      settings
    );
    this._open();
  }

  /** Shows what was set just now. */
  begin(settings: ListSettings): void {
    const grouped = settings.panelGrouped;
    this._wish = { ...beginning(this._wish, settings), grouped };
    this._keep();
    this._open();
    this._changed.emit();
  }

  change(change: Partial<IWish>): void {
    this._wish = { ...this._wish, ...change };
    this._keep();
    this._changed.emit();
    if ('search' in change) {
      // Refused only once this is disposed.
      this._soon.invoke().catch(() => undefined);
    } else {
      this._open();
    }
  }

  /** Shows every run again, in the order and groups of before. */
  clear(): void {
    const { order, grouped } = this._wish;
    this.change({ ...EVERYTHING, order, grouped });
  }

  save(name: string): void {
    const others = this._saved.filter(each => each.name !== name);
    this._saved = [...others, { name, wish: this._wish }];
    this._keep();
    this._changed.emit();
  }

  forget(name: string): void {
    this._saved = this._saved.filter(each => each.name !== name);
    this._keep();
    this._changed.emit();
  }

  toggle(notebook: string): void {
    this._groups?.toggle(notebook);
  }

  /** Another notebook came to the front (contents path), or none is. */
  async bring(path: string | null): Promise<void> {
    if (path === this._front) {
      return;
    }
    this._front = path;
    this._notebook = null;
    await this._name();
  }

  /** Asks where runs can go; the filter offers more than one. */
  async askTargets(): Promise<void> {
    try {
      const { targets } = await this._options.api.call('targets', {});
      this._targets = targets.map(({ name }) => name);
      this._changed.emit();
    } catch {
      // Asked again when the filter is unfolded the next time.
    }
  }

  /** Asks how runs name the notebook in front. */
  private async _name(): Promise<void> {
    const path = this._front;
    this._comeback.here();
    const notebook =
      path === null ? null : await this._locate(path).catch(() => null);
    // An answer that is overtaken by another notebook says nothing of that.
    if (this._front !== path || this.isDisposed) {
      return;
    }
    if (path !== null && notebook === null) {
      this._comeback.away();
    }
    this._notebook = notebook;
    this._changed.emit();
    if (this._wish.here) {
      this._open();
    }
  }

  private async _locate(path: string): Promise<string> {
    const { api } = this._options;
    const query = { path };
    return (await api.call('locate', { query })).notebook;
  }

  private _open(): void {
    const { api, runs } = this._options;
    const now = runs.now();
    // Where nobody can say how runs name it, none is shown rather than all: what is
    // chosen there and deleted must not be another notebook's.
    const notebook = this._notebook ?? this._front;
    const filter = filterOf(this._wish, notebook, now);
    this._day = now.toDateString();
    const asked = JSON.stringify([filter, this._wish.grouped]);
    if (asked === this._asked) {
      return;
    }
    this._asked = asked;
    this._edition += 1;
    this._before = this.rows;
    const open = [...(this._groups?.views.keys() ?? [])];
    this._groups?.dispose();
    this._groups = null;
    if (this._wish.grouped) {
      this._groups = new Groups({ api, runs, filter, open });
      this._groups.changed.connect(this._tell, this);
    } else {
      this._view.dispose();
      this._view = runs.view(filter);
      this._view.changed.connect(this._tell, this);
    }
    this._tell();
  }

  /** A list of today's runs is another one tomorrow. */
  private _hear(): void {
    if (
      this._day !== '' &&
      this._day !== this._options.runs.now().toDateString()
    ) {
      this._open();
    }
    this._tell();
  }

  private _tell(): void {
    this._rows = null;
    this._changed.emit();
  }

  private _keep(): void {
    const { state } = this._options;
    const { _wish: wish, _saved: saved } = this;
    // Plain JSON, which the type of the state database wants to see as such.
    const kept = JSON.parse(JSON.stringify({ wish, saved })) as object;
    void state?.save(KEY, { ...kept });
  }

  private readonly _options: IPanelModelOptions;
  private readonly _soon: Debouncer;
  private readonly _comeback: Comeback;
  private readonly _changed = new Signal<this, void>(this);
  private _wish: IWish = EVERYTHING;
  private _saved: readonly ISavedWish[] = [];
  private _view: IRunView;
  private _groups: Groups | null = null;
  private _rows: IRows | null = null;
  private _before: IRows = { count: 0, at: noLine, indexOf: () => -1 };
  /** when the filter was made: its days count from that one */
  private _day = '';
  private _front: string | null = null;
  private _notebook: string | null = null;
  private _targets: readonly string[] = [];
  private _asked = JSON.stringify([{}, false]);
  private _edition = 0;
  /** of the lines that are in view */
  private _shown = 0;
}
