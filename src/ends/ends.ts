import type { Run } from '@jupyterlab-batch/protocol';
import type { IStateDB } from '@jupyterlab/statedb';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IRunEnds, IRuns } from '../tokens';
import { isActive } from '../words/states';
import type { Seen } from './seen';

const KEY = 'jupyterlab-batch:notify';
/** told runs to remember: a run is still written to while its lease closes */
const REMEMBERED = 200;
/** ends to count one by one, as many as `Seen` remembers */
const COUNTED = 1000;
/** milliseconds between an end and when this browser may hear of it, and of clocks */
const LATE = 120_000;

/** What this browser knew when it was last open. */
interface IMemory {
  revision: number;
  /** when that was so, by the broker's clock, in ms since 1970 */
  at: number;
  told: string[];
  unseen: string[];
  /** there were more than `unseen` has */
  more: boolean;
}

export interface IEndsOptions {
  runs: IRuns;
  state: IStateDB | null;
  seen: Seen;
}

/**
 * Knows once of each run that it ended: if this browser saw it active, or if it
 * ended while the browser was closed. A browser that never knew a run is quiet, also
 * when one that ended long ago is written to once more, as when it is deleted.
 */
export class RunEnds implements IRunEnds, IDisposable {
  constructor(options: IEndsOptions) {
    this._options = options;
  }

  get ended(): ISignal<IRunEnds, Run> {
    return this._ended;
  }

  get unseen(): ReadonlySet<string> {
    return this._unseen;
  }

  get unseenMore(): boolean {
    return this._more;
  }

  get unseenChanged(): ISignal<IRunEnds, void> {
    return this._unseenChanged;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    Signal.clearData(this);
  }

  /** Begins to watch; fulfilled once what ended meanwhile has been told. */
  async start(): Promise<void> {
    const { runs, state, seen } = this._options;
    // Connected first: a run seen active must not slip past while we read.
    runs.observed.connect(this._observe, this);
    runs.dropped.connect(this._drop, this);
    const memory = readMemory(await state?.fetch(KEY));
    await runs.ready;
    // After a new database revisions begin anew, and ours means nothing.
    const valid = memory !== null && memory.revision <= runs.revision;
    const now = runs.revision;
    if (valid && memory.revision < now) {
      await runs.since(memory.revision);
    }
    if (this._disposed) {
      return;
    }
    this._since = valid ? memory.revision : now;
    this._at = valid ? memory.at : runs.now().getTime();
    memory?.told.forEach(id => this._told.add(id));
    if (valid && memory.unseen.length > 0) {
      this._more = memory.more;
      this._keep(memory.unseen);
    }
    seen.changed.connect(this._compare, this);
    this._started = true;
    this._early.forEach(run => this._tell(run));
    runs.runs.forEach(run => this._observe(runs, run));
    runs.changed.connect(this._save, this);
    this._save();
  }

  see(): void {
    if (this._unseen.size > 0) {
      this._options.seen.add(this._unseen);
      this._keep([]);
      this._save();
    }
  }

  /** Another tab was looked at. */
  private _compare(): void {
    this._keep(this._unseen);
    this._save();
  }

  /** What is still unseen of these, the newest of them, and no others. */
  private _keep(ids: Iterable<string>): void {
    const { ids: seen } = this._options.seen;
    const all = [...ids].filter(id => !seen.has(id));
    const unseen = new Set(all.slice(-COUNTED));
    const was = this._unseen;
    const wasMore = this._more;
    this._unseen = unseen;
    // Who has seen the newest has seen what was not counted as well.
    this._more = all.length > COUNTED || (wasMore && all.length > 0);
    if (
      was.size !== unseen.size ||
      wasMore !== this._more ||
      [...unseen].some(id => !was.has(id))
    ) {
      this._unseenChanged.emit();
    }
  }

  private _observe(_: IRuns, run: Run): void {
    if (isActive(run.state)) {
      this._active.add(run.id);
    } else if (this._started) {
      this._tell(run);
    } else {
      this._early.push(run);
    }
  }

  private _drop(_: IRuns, id: string): void {
    this._keep([...this._unseen].filter(each => each !== id));
  }

  private _tell(run: Run): void {
    const meanwhile =
      run.revision > this._since &&
      run.ended_at !== null &&
      Date.parse(run.ended_at) > this._at - LATE;
    const known = this._active.has(run.id) || meanwhile;
    if (!known || this._told.has(run.id)) {
      return;
    }
    this._active.delete(run.id);
    this._told.add(run.id);
    this._keep([...this._unseen, run.id]);
    this._ended.emit(run);
    this._save();
  }

  private _save(): void {
    const { runs, state } = this._options;
    const memory = {
      revision: runs.revision,
      told: [...this._told].slice(-REMEMBERED),
      unseen: [...this._unseen],
      more: this._more
    };
    const text = JSON.stringify(memory);
    if (this._started && text !== this._saved) {
      this._saved = text;
      void state?.save(KEY, { ...memory, at: runs.now().getTime() });
    }
  }

  private readonly _options: IEndsOptions;
  private readonly _ended = new Signal<IRunEnds, Run>(this);
  private readonly _unseenChanged = new Signal<IRunEnds, void>(this);
  private readonly _active = new Set<string>();
  private readonly _told = new Set<string>();
  private readonly _early: Run[] = [];
  private _unseen: ReadonlySet<string> = new Set<string>();
  private _more = false;
  private _since = 0;
  private _at = 0;
  private _started = false;
  private _saved = '';
  private _disposed = false;
}

/** What the state database holds is ours, but any version's. */
function readMemory(saved: unknown): IMemory | null {
  if (
    typeof saved !== 'object' ||
    saved === null ||
    !('revision' in saved) ||
    typeof saved.revision !== 'number'
  ) {
    return null;
  }
  return {
    revision: saved.revision,
    at: 'at' in saved && typeof saved.at === 'number' ? saved.at : 0,
    told: strings('told' in saved ? saved.told : []),
    unseen: strings('unseen' in saved ? saved.unseen : []),
    more: 'more' in saved && saved.more === true
  };
}

function strings(saved: unknown): string[] {
  const all: unknown[] = Array.isArray(saved) ? saved : [];
  return all.filter(each => typeof each === 'string');
}
