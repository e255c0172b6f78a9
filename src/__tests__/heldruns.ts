import type { Run } from '@jupyterlab-batch/protocol';
import { Signal } from '@lumino/signaling';

import type { IConnection, IRuns, IRunView, RunFilter } from '../tokens';
import { RunView } from '../runs/view';

/** Runs as a test sets them: nothing goes over a wire. */
export class HeldRuns implements IRuns {
  runs: Run[] = [];
  alarms: IRuns['alarms'] = [];
  revision = 0;
  /** what the broker's clock says; null: as ours */
  clock: Date | null = null;
  connection: IConnection = {
    state: 'live',
    lastSeen: null,
    restarted: null,
    problem: null
  };
  readonly ready = Promise.resolve();
  readonly changed: Signal<IRuns, void> = new Signal<IRuns, void>(this);
  readonly observed: Signal<IRuns, Run> = new Signal<IRuns, Run>(this);
  readonly dropped: Signal<IRuns, string> = new Signal<IRuns, string>(this);

  now(): Date {
    return this.clock ?? new Date();
  }

  get(id: string): Run | undefined {
    return this.runs.find(each => each.id === id);
  }

  view(filter: RunFilter): IRunView {
    const view = new RunView({
      runs: this,
      filter,
      read: async () => ({ runs: this.runs, next: null }),
      closed: () => undefined
    });
    void view.load();
    return view;
  }

  put(changed: Run): void {
    this.runs = [...this.runs.filter(({ id }) => id !== changed.id), changed];
    this.revision = Math.max(this.revision, changed.revision);
    this.observed.emit(changed);
    this.changed.emit();
  }

  drop(id: string): void {
    this.runs = this.runs.filter(each => each.id !== id);
    this.dropped.emit(id);
    this.changed.emit();
  }

  /** Everything is known. */
  async since(): Promise<void> {}

  async refresh(): Promise<void> {
    this.changed.emit();
  }
}
