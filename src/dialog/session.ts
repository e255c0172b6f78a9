import {
  BatchError,
  type BaseType,
  type Prepared,
  type PrepareRequest,
  type Problem,
  type Run,
  type SubmitRequest
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IBatchApi, INotebookSource } from '../tokens';
import { parseDuration } from '../words/duration';
import { toProblem } from '../words/problems';
import { attention, type IAttention } from './attention';
import { NO_CHOICES, type IChoices } from './choices';
import { differences, type IDifference } from './differences';
import { rowsOf, shownText, type IRow } from './rows';

export interface ISessionState {
  readonly phase: 'preparing' | 'ready' | 'submitting';
  /** null: nothing is known yet */
  readonly prepared: Prepared | null;
  readonly choices: IChoices;
  readonly rows: readonly IRow[];
  readonly attention: readonly IAttention[];
  /** of the last prepare or submit */
  readonly problem: Problem | null;
  /** what the last submit found changed */
  readonly differences: readonly IDifference[];
  /** Submit was pressed and something kept it */
  readonly held: boolean;
}

export interface ISessionOptions {
  api: IBatchApi;
  source: INotebookSource;
  trans: TranslationBundle;
  choices?: IChoices;
  /** milliseconds before a choice is prepared again */
  patience?: number;
}

/**
 * One use of the dialog, from the first look at the notebook to the accepted
 * run. Whatever the server answers, what the user typed stays.
 */
export class Session implements IDisposable {
  constructor(options: ISessionOptions) {
    this._options = options;
    this._again = new Debouncer(() => this.prepare(), options.patience ?? 250);
    this._state = {
      phase: 'preparing',
      prepared: null,
      choices: options.choices ?? NO_CHOICES,
      rows: [],
      attention: [],
      problem: null,
      differences: [],
      held: false
    };
  }

  get state(): ISessionState {
    return this._state;
  }

  get source(): INotebookSource {
    return this._options.source;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._disposed = true;
    this._again.dispose();
    Signal.clearData(this);
  }

  /** Edits a value; a suggested name becomes a parameter by that. */
  setText(name: string, text: string): void {
    const row = this._row(name);
    if (row?.chain?.text === text && !row.chain.expression) {
      this.reset(name);
      return;
    }
    const { edits } = this._state.choices;
    this._choose({ edits: { ...edits, [name]: text } });
    if (row && !row.included) {
      this.tick(name, true);
    } else if (row?.type === 'path') {
      this._prepareSoon(); // to be told whether it is there
    }
  }

  /** Back to what the chain gives. */
  reset(name: string): void {
    const { [name]: _, ...edits } = this._state.choices.edits;
    this._choose({ edits });
  }

  /** Every value back to what the chain gives. */
  resetAll(): void {
    this._choose({ edits: {} });
    this._prepareSoon();
  }

  tick(name: string, on: boolean): void {
    const others = this._state.choices.ticked.filter(other => other !== name);
    this._choose({ ticked: on ? [...others, name] : others });
    this._prepareSoon();
  }

  setType(name: string, type: BaseType): void {
    const { types } = this._state.choices;
    this._choose({ types: { ...types, [name]: type } });
    this._prepareSoon();
  }

  /** Choices that decide what the server prepares. */
  choose(
    choice: Partial<Pick<IChoices, 'kernel' | 'target' | 'filesMode'>>
  ): void {
    this._choose(choice);
    this._prepareSoon();
  }

  /** Choices that go with the run and change nothing else. */
  note(choice: Partial<Pick<IChoices, 'label' | 'timeLimit'>>): void {
    this._choose(choice);
  }

  /** Agrees to the plan on screen, and to no other. */
  confirm(on: boolean): void {
    const plan = this._state.prepared?.plan.id ?? null;
    this._choose({ confirmedPlan: on ? plan : null });
  }

  /** Looks at notebook, chain, files and targets anew. */
  async prepare(): Promise<void> {
    const turn = ++this._turn;
    this._stale = false;
    if (this._state.phase !== 'submitting') {
      this._update({ phase: 'preparing' });
    }
    try {
      const prepared = await this._options.api.call('prepare', {
        body: this._request()
      });
      if (turn === this._turn) {
        this._settle({ prepared, problem: null });
      }
    } catch (reason) {
      if (turn === this._turn) {
        this._settle({ problem: toProblem(reason) });
      }
    }
  }

  /**
   * Submits what is on screen. Pressed twice, it is one submission: the
   * idempotency key belongs to the session, and so outlives a lost answer.
   *
   * @returns the accepted run; null when something is left to settle
   */
  submit(): Promise<Run | null> {
    this._submitting ??= this._submit().finally(() => {
      this._submitting = null;
    });
    return this._submitting;
  }

  private async _submit(): Promise<Run | null> {
    if (this._stale || this._state.prepared === null) {
      await this.prepare();
    }
    const { prepared } = this._state;
    if (prepared === null || this._state.attention.length > 0) {
      this._update({ held: true });
      return null;
    }
    this._update({ phase: 'submitting', problem: null, held: false });
    try {
      return await this._options.api.call('launch', {
        body: this._submission(prepared),
        headers: { 'Idempotency-Key': this._key }
      });
    } catch (reason) {
      await this._refused(prepared, reason);
      return null;
    }
  }

  /** After 409 the new state is shown in place, to be submitted or changed. */
  private async _refused(before: Prepared, reason: unknown): Promise<void> {
    const changed =
      reason instanceof BatchError &&
      ['values_changed', 'plan_changed', 'files_need_confirmation'].includes(
        reason.code
      );
    if (changed) {
      await this.prepare();
    }
    const after = this._state.prepared;
    this._settle({
      problem: toProblem(reason),
      differences: changed && after ? differences(before, after) : [],
      held: true
    });
  }

  private _request(): PrepareRequest {
    const { edits, types, ticked, kernel, target, filesMode } =
      this._state.choices;
    return {
      path: this.source.path,
      content: this.source.content(),
      kernel,
      target,
      overrides: { ...edits },
      types: { ...types },
      ticked: [...ticked],
      files_mode: filesMode
    };
  }

  private _submission(prepared: Prepared): SubmitRequest {
    const { choices, rows } = this._state;
    const known = new Set(prepared.parameters.map(({ name }) => name));
    return {
      ...this._request(),
      kernel: prepared.kernel,
      target: prepared.target.name,
      files_mode: prepared.plan.mode,
      label: choices.label.trim() || null,
      time_limit: parseDuration(choices.timeLimit),
      shown: rows
        .filter(row => known.has(row.declaration.name) || row.edited)
        .map(row => ({ name: row.declaration.name, text: shownText(row) })),
      plan_id: prepared.plan.id,
      confirmed: choices.confirmedPlan === prepared.plan.id
    };
  }

  private _prepareSoon(): void {
    this._stale = true;
    this._again.invoke().catch(() => undefined); // disposed meanwhile
  }

  private _choose(choice: Partial<IChoices>): void {
    this._update({ choices: { ...this._state.choices, ...choice } });
  }

  private _settle(change: Partial<ISessionState>): void {
    this._update({ phase: 'ready', ...change });
  }

  private _update(change: Partial<ISessionState>): void {
    if (this._disposed) {
      return;
    }
    const next = { ...this._state, ...change };
    const { prepared, choices } = next;
    const rows = prepared ? rowsOf(prepared, choices) : [];
    this._state = {
      ...next,
      rows,
      attention: prepared
        ? attention(this._options.trans, prepared, rows, choices)
        : []
    };
    this._changed.emit();
  }

  private _row(name: string): IRow | undefined {
    return this._state.rows.find(row => row.declaration.name === name);
  }

  private readonly _options: ISessionOptions;
  private readonly _again: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _key = crypto.randomUUID();
  private _state: ISessionState;
  private _submitting: Promise<Run | null> | null = null;
  private _stale = false;
  private _turn = 0;
  private _disposed = false;
}
