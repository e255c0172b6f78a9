import type { Run } from '@jupyterlab-batch/protocol';
import { Notification } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { CommandIDs, type IRuns } from '../tokens';
import { clock } from '../words/duration';
import { elapsed, isActive, notebookName } from '../words/states';

const KEY = 'jupyterlab-batch:notify';
/** told runs to remember: a run is still written to while its lease closes */
const REMEMBERED = 200;

/** What this browser knew when it was last open. */
interface IMemory {
  revision: number;
  told: string[];
}

export interface INotifierOptions {
  runs: IRuns;
  state: IStateDB | null;
  trans: TranslationBundle;
  execute: (command: string, args: { id: string }) => void;
}

/**
 * Tells once that a run ended: if this browser saw it active, or if it ended
 * while the browser was closed. A browser that never knew a run stays quiet.
 */
export class Notifier implements IDisposable {
  constructor(options: INotifierOptions) {
    this._options = options;
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
    const { runs, state } = this._options;
    // Connected first: a run seen active must not slip past while we read.
    runs.observed.connect(this._observe, this);
    const memory = readMemory(await state?.fetch(KEY));
    await runs.ready;
    if (this._disposed) {
      return;
    }
    // After a new database revisions begin anew, and ours means nothing.
    this._since =
      memory && memory.revision <= runs.revision
        ? memory.revision
        : runs.revision;
    memory?.told.forEach(id => this._told.add(id));
    this._started = true;
    this._early.forEach(run => this._tell(run));
    runs.runs.forEach(run => this._observe(runs, run));
    runs.changed.connect(this._save, this);
    this._save();
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

  private _tell(run: Run): void {
    const known = this._active.has(run.id) || run.revision > this._since;
    if (!known || this._told.has(run.id)) {
      return;
    }
    this._active.delete(run.id);
    this._told.add(run.id);
    const { trans, execute } = this._options;
    const { id } = run;
    const actions = [
      {
        label: trans.__('Show run'),
        callback: () => execute(CommandIDs.showRuns, { id })
      }
    ];
    if (run.output !== null) {
      actions.unshift({
        label: trans.__('Open result'),
        callback: () => execute(CommandIDs.openResult, { id })
      });
    }
    Notification.emit(endWords(trans, run), severity(run), {
      autoClose: run.state === 'succeeded' ? 15_000 : false,
      actions
    });
    this._save();
  }

  private _save(): void {
    const { runs, state } = this._options;
    const { revision } = runs;
    const told = [...this._told].slice(-REMEMBERED);
    const memory = JSON.stringify({ revision, told });
    if (this._started && memory !== this._saved) {
      this._saved = memory;
      void state?.save(KEY, { revision, told });
    }
  }

  private readonly _options: INotifierOptions;
  private readonly _active = new Set<string>();
  private readonly _told = new Set<string>();
  private readonly _early: Run[] = [];
  private _since = 0;
  private _started = false;
  private _saved = '';
  private _disposed = false;
}

export function endWords(trans: TranslationBundle, run: Run): string {
  const name = run.label
    ? trans.__('%1 (%2)', notebookName(run), run.label)
    : notebookName(run);
  const taken = clock(elapsed(run, new Date()) ?? 0);
  switch (run.state) {
    case 'succeeded':
      return trans.__('%1 succeeded after %2.', name, taken);
    case 'cancelled':
      return trans.__('%1 was cancelled.', name);
    case 'lost':
      return trans.__('%1 is lost: %2', name, run.message ?? '');
    default:
      return run.message
        ? trans.__('%1 failed: %2', name, run.message)
        : trans.__('%1 failed after %2.', name, taken);
  }
}

function severity(run: Run): Notification.TypeOptions {
  switch (run.state) {
    case 'succeeded':
      return 'success';
    case 'cancelled':
      return 'info';
    default:
      return 'error';
  }
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
  const told: unknown[] =
    'told' in saved && Array.isArray(saved.told) ? saved.told : [];
  return {
    revision: saved.revision,
    told: told.filter(id => typeof id === 'string')
  };
}
