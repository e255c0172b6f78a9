import type {
  CellContent,
  CellPage,
  Outline,
  OutlineCell
} from '@jupyterlab-batch/protocol';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IBatchApi } from '../tokens';
import { takeIn, type IShownCell } from './screen';

/** milliseconds between two looks at a run that moves */
const PAUSE = 1000;
/** Cells whose outputs are kept; those furthest from the window go first. */
const KEPT = 300;
const PAGE = 50;

export interface ICellsOptions {
  api: IBatchApi;
  /** of the run */
  id: string;
  /** whether more will come; asked after each look */
  moving: () => boolean;
  /** nobody sees it: it may wait */
  hidden?: () => boolean;
  pause?: number;
}

/**
 * The cells of a run: an outline of all, outputs of those in view. It asks once
 * a second what changed while the run moves, and for nothing after that.
 */
export class Cells implements IDisposable {
  constructor(options: ICellsOptions) {
    this._options = options;
    const interval = options.pause ?? PAUSE;
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-batch:cells',
      factory: () => this.look(),
      frequency: { interval, backoff: true, max: 30 * interval },
      standby: () => document.hidden || (options.hidden?.() ?? false)
    });
  }

  /** of the notebook, whatever their kind */
  get total(): number {
    return this._outline.length;
  }

  get outline(): readonly OutlineCell[] {
    return this._outline;
  }

  /** why the last look failed; null: it did not */
  get failure(): unknown {
    return this._failure;
  }

  /** the first look is over */
  get looked(): boolean {
    return this._looked;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
    Signal.clearData(this);
  }

  /** Begins to look, and goes on while the run moves. */
  start(): void {
    void this._poll.start();
    void this._poll.refresh();
  }

  /** The run moved, or is expected to. */
  nudge(): void {
    if (this._looked) {
      void this._poll.refresh();
    }
  }

  get(index: number): IShownCell | undefined {
    return this._shown.get(index);
  }

  /** Says which cells are in view: their outputs are fetched and kept fresh. */
  show(from: number, to: number): void {
    if (from !== this._from || to !== this._to) {
      [this._from, this._to] = [from, to];
      // A failure is told by `failure`.
      this._serial(() => this._fill()).catch(() => undefined);
    }
  }

  /** One more cell in view, wherever it is. */
  also(index: number | null): void {
    if (index !== null && !this._extra.has(index)) {
      this._extra.add(index);
      this._serial(() => this._fill()).catch(() => undefined);
    }
  }

  /** Fetches a cell with as much of its outputs as one answer holds. */
  showAll(index: number): Promise<void> {
    this._whole.add(index);
    this._shown.delete(index);
    return this._serial(() => this._fill()).catch(() => undefined);
  }

  isWhole(index: number): boolean {
    return this._whole.has(index);
  }

  /** One look: the outline, then what changed in view. */
  look(): Promise<void> {
    return this._serial(async () => {
      const behind = await this._readOutline();
      await this._fill();
      this._looked = true;
      if (!behind && !this._options.moving()) {
        void this._poll.stop();
      }
    });
  }

  private async _readOutline(): Promise<boolean> {
    const { api, id } = this._options;
    let from: number | null = 0;
    let first: Outline | null = null;
    const known = { epoch: this._epoch, after: this._seq };
    while (from !== null && !this.isDisposed) {
      const query = { from, ...(known.after < 0 ? {} : known) };
      const page: Outline = await api.call('outline', { id, query });
      if (first === null && this._isOther(page)) {
        this._begin(page);
        if (known.after >= 0 && page.epoch === known.epoch) {
          return this._readOutline(); // the notebook is there only now
        }
      }
      first ??= page;
      if (page.cells.length > 0) {
        const outline = [...this._outline];
        page.cells.forEach(cell => {
          outline[cell.index] = cell;
        });
        this._outline = outline;
      }
      from = page.next;
    }
    this._seq = first?.seq ?? this._seq;
    return first?.behind ?? false;
  }

  private _isOther({ epoch, total }: Outline): boolean {
    return (
      this._seq < 0 || epoch !== this._epoch || total !== this._outline.length
    );
  }

  /** Another log: nothing that is known means anything in it. */
  private _begin({ epoch }: Outline): void {
    this._outline = [];
    this._shown.clear();
    this._epoch = epoch;
    this._seq = -1;
  }

  private async _fill(): Promise<void> {
    const to = Math.min(this._to, this.total);
    const inView = new Set(this._extra);
    for (let index = this._from; index < to; index++) {
      inView.add(index);
    }
    const wanted = [...inView]
      .filter(index => index < this.total)
      .sort((a, b) => a - b);
    const missing = wanted.filter(index => !this._shown.has(index));
    for (const index of missing.filter(each => this._whole.has(each))) {
      await this._read({ from: index, whole: true }, index + 1);
    }
    const cut = missing.filter(each => !this._whole.has(each));
    for (const [from, end] of ranges(cut)) {
      await this._read({ from, count: Math.min(PAGE, end - from) }, end);
    }
    const stale = ranges(wanted.filter(index => this._isStale(index)));
    for (const [from, end] of stale) {
      const after = Math.min(...this._seqs(from, end));
      const whole = end === from + 1 && this._whole.has(from);
      await this._read(
        { from, after, ...(whole ? { whole } : { count: end - from }) },
        end
      );
    }
    this._forget();
  }

  private *_seqs(from: number, end: number): Iterable<number> {
    for (let index = from; index < end; index++) {
      yield this._shown.get(index)?.seq ?? 0;
    }
  }

  private _isStale(index: number): boolean {
    const shown = this._shown.get(index);
    return shown !== undefined && shown.seq < this._outline[index].seq;
  }

  private async _read(
    query: { from: number; count?: number; after?: number; whole?: boolean },
    end: number
  ): Promise<void> {
    const { api, id } = this._options;
    let next: number | null = query.from;
    while (next !== null && next < end && !this.isDisposed) {
      const page: CellPage = await api.call('cells', {
        id,
        query: { ...query, epoch: this._epoch, from: next }
      });
      if (page.epoch !== this._epoch) {
        return; // the next look begins anew
      }
      page.cells.forEach(cell => this._take(cell, page.seq));
      this._changed.emit();
      const last: number = next + (query.count ?? 1);
      next = page.next ?? (last < end ? last : null);
    }
  }

  private _take(news: CellContent, seq: number): void {
    const cell = takeIn(this._shown.get(news.index), news, seq);
    if (cell) {
      this._shown.set(news.index, cell);
    } else {
      this._shown.delete(news.index);
    }
  }

  private _forget(): void {
    if (this._shown.size <= KEPT) {
      return;
    }
    const middle = (this._from + this._to) / 2;
    [...this._shown.keys()]
      .sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle))
      .slice(0, this._shown.size - KEPT)
      .forEach(index => this._shown.delete(index));
  }

  /** One after the other: two answers to the same question would overtake. */
  private _serial(work: () => Promise<void>): Promise<void> {
    const done = this._last.then(async () => {
      if (this.isDisposed) {
        return;
      }
      try {
        await work();
        this._failure = null;
      } catch (reason) {
        this._failure = reason;
        throw reason;
      } finally {
        this._changed.emit();
      }
    });
    this._last = done.catch(() => undefined);
    return done;
  }

  private readonly _options: ICellsOptions;
  private readonly _poll: Poll<void>;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _shown = new Map<number, IShownCell>();
  private readonly _whole = new Set<number>();
  private readonly _extra = new Set<number>();
  private _outline: OutlineCell[] = [];
  private _epoch = '';
  private _seq = -1;
  private _from = 0;
  private _to = 0;
  private _looked = false;
  private _failure: unknown = null;
  private _last: Promise<void> = Promise.resolve();
}

/** `[1, 2, 3, 7]` → `[[1, 4], [7, 8]]` */
export function ranges(indices: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const index of indices) {
    const last = found[found.length - 1];
    if (last && last[1] === index) {
      last[1] = index + 1;
    } else {
      found.push([index, index + 1]);
    }
  }
  return found;
}
