import {
  BatchError,
  type BaseType,
  type PlanFolder,
  type Prepared,
  type Problem,
  type Run
} from '@jupyterlab-batch/protocol';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import { Comeback } from '../parts/comeback';
import type { INotebookSource } from '../tokens';
import { toProblem } from '../words/problems';
import { attention } from './attention';
import { NO_CHOICES, type IChoices, type Preparing } from './choices';
import { changes, differences, VALUES_CHANGED } from './differences';
import { Filling } from './filling';
import { withoutPath, withPath } from './leftout';
import { Looking } from './looking';
import { requestOf, submissionOf } from './request';
import { rowsOf, type IRow } from './rows';
import type { ISessionOptions, ISessionState, Noted } from './sessionstate';

/**
 * One use of the dialog, from the first look at the notebook to the accepted
 * run. Whatever the server answers, what the user typed stays.
 */
export class Session implements IDisposable {
  constructor(options: ISessionOptions) {
    this._options = options;
    this.filling = new Filling(options.api, this, filled =>
      this._update({ filled })
    );
    this._again = new Debouncer(() => this.prepare(), options.patience ?? 250);
    this._comeback = new Comeback(() => void this.prepare(), options.comeback);
    this._state = {
      phase: 'preparing',
      prepared: null,
      choices: options.choices ?? options.fresh?.choices ?? NO_CHOICES,
      rows: [],
      attention: [],
      problem: null,
      differences: [],
      held: false,
      filled: null,
      awaySince: null,
      uncertain: false,
      resumed: options.choices !== undefined
    };
  }

  /** Values from elsewhere. */
  readonly filling: Filling;

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
    this._comeback.dispose();
    this._looking.dispose();
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
    // What was wrong with the edit may have been told with the last look.
    this._choose({ edits });
    this._prepareSoon();
  }

  /** Every value back to what the chain gives. */
  resetAll(): void {
    this._update({ filled: null });
    this._choose({ edits: {} });
    this._prepareSoon();
  }

  /** Lets go of what was kept from the last time. */
  startOver(): void {
    this._update({ resumed: false, filled: null });
    this._choose(this._options.fresh?.choices ?? NO_CHOICES);
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
  choose(choice: Partial<Preparing>): void {
    this._choose(choice);
    this._prepareSoon();
  }

  /** Choices that go with the run and change nothing else. */
  note(choice: Noted): void {
    this._choose(choice);
    if (choice.outputs) {
      this._prepareSoon(); // to be told what cannot be
    }
  }

  /** Leaves a file or folder of the project out of the run, or takes it back. */
  exclude(path: string, out: boolean): void {
    this.choose(withoutPath(this._state.choices, path, out));
  }

  /** Takes along what an ignore file names, or what was left out. */
  include(path: string): void {
    this.choose(withPath(this._state.choices, path));
  }

  /** What of the plan lies in a folder of the project. */
  folder(plan: string, folder: string): Promise<PlanFolder> {
    return this._options.api.call('planFolder', {
      id: plan,
      query: { folder }
    });
  }

  /** Tags a cell, so that what it assigns are parameters. */
  tagParameters(cell: number): void {
    this.source.edits?.tag(cell, 'parameters');
    this._prepareSoon();
  }

  /** Agrees to the plan on screen, and to no other. */
  confirm(on: boolean): void {
    const plan = this._state.prepared?.plan.id ?? null;
    this._choose({ confirmedPlan: on ? plan : null });
  }

  /** Looks at notebook, chain, files and targets anew. */
  async prepare(): Promise<void> {
    await this._looking.now();
  }

  private _ask(): Promise<Prepared> {
    if (this._state.phase !== 'submitting') {
      this._update({ phase: 'preparing' });
    }
    const ask = () =>
      this._options.api.call('prepare', {
        body: requestOf(this.source, this._state.choices)
      });
    return ask().catch((reason: unknown) => {
      const { prepared, choices } = this._state;
      // What was on screen is not changed behind the user.
      const { fresh } = this._options;
      const instead = prepared ? null : fresh?.passOver(reason, choices);
      if (!instead) {
        throw reason;
      }
      this._choose(instead);
      return ask();
    });
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

  /** What is being submitted; null: nothing */
  get submission(): Promise<Run | null> | null {
    return this._submitting;
  }

  /** Sends nothing that is not sent yet. */
  stop(): void {
    this._stopped = true;
  }

  private async _submit(): Promise<Run | null> {
    this._stopped = false;
    const seen = this._state.prepared;
    const looked = await this._looking.settle();
    const { prepared } = this._state;
    // What came with this look nobody has had time to see.
    const unseen = changes(seen, prepared);
    if (looked && unseen.length > 0) {
      this._settle({
        problem: VALUES_CHANGED,
        differences: unseen,
        held: true
      });
      return null;
    }
    if (
      prepared === null ||
      !looked ||
      this._stopped ||
      this._state.attention.length > 0
    ) {
      this._update({ held: true });
      return null;
    }
    this._update({ phase: 'submitting', problem: null, held: false });
    try {
      return await this._options.api.call('launch', {
        body: submissionOf(
          this.source,
          this._state.choices,
          prepared,
          this._state.rows
        ),
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
    const problem = this._told(reason);
    if (problem.code === 'idempotency_mismatch') {
      // Accepted before its answer was lost, and edited since: the next one is new.
      this._key = UUID.uuid4();
    }
    this._settle({
      problem,
      uncertain: problem.code === 'broker_unreachable',
      differences: changed && after ? differences(before, after) : [],
      held: true
    });
  }

  /** What was thrown; when nobody answered, it is tried again. */
  private _told(reason: unknown): Problem {
    const problem = toProblem(reason);
    if (problem.code === 'broker_unreachable') {
      this._update({ awaySince: this._state.awaySince ?? this._lastSeen });
      this._comeback.away();
    } else {
      this._here();
    }
    return problem;
  }

  private _here(): void {
    this._lastSeen = new Date();
    this._comeback.here();
    this._update({ awaySince: null });
  }

  private _prepareSoon(): void {
    this._looking.outdate();
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
  private readonly _comeback: Comeback;
  // The browser's own is only there where the page came by https.
  private _key = UUID.uuid4();
  private _lastSeen: Date | null = null;
  private _state: ISessionState;
  private _submitting: Promise<Run | null> | null = null;
  private readonly _looking = new Looking<Prepared>({
    ask: () => this._ask(),
    taken: prepared => {
      this._here();
      this._settle({ prepared, problem: null });
    },
    failed: reason => this._settle({ problem: this._told(reason) })
  });
  private _stopped = false;
  private _disposed = false;
}
