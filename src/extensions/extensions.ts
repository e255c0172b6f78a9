import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type {
  IBatchExtensions,
  IParameterForm,
  IRunAction,
  IRunColumn
} from '../tokens';

/** What others have added, by rank. */
export class Extensions implements IBatchExtensions {
  get actions(): readonly IRunAction[] {
    return this._actions;
  }

  get columns(): readonly IRunColumn[] {
    return this._columns;
  }

  get forms(): readonly IParameterForm[] {
    return this._forms;
  }

  get changed(): ISignal<IBatchExtensions, void> {
    return this._changed;
  }

  addAction(action: IRunAction): IDisposable {
    this._actions = ranked([...this._actions, action]);
    this._changed.emit();
    return new DisposableDelegate(() => {
      this._actions = this._actions.filter(other => other !== action);
      this._changed.emit();
    });
  }

  addColumn(column: IRunColumn): IDisposable {
    this._columns = ranked([...this._columns, column]);
    this._changed.emit();
    return new DisposableDelegate(() => {
      this._columns = this._columns.filter(other => other !== column);
      this._changed.emit();
    });
  }

  addForm(form: IParameterForm): IDisposable {
    this._forms = ranked([...this._forms, form]);
    this._changed.emit();
    return new DisposableDelegate(() => {
      this._forms = this._forms.filter(other => other !== form);
      this._changed.emit();
    });
  }

  private readonly _changed = new Signal<IBatchExtensions, void>(this);
  private _actions: readonly IRunAction[] = [];
  private _columns: readonly IRunColumn[] = [];
  private _forms: readonly IParameterForm[] = [];
}

const LAST = 100;

/** The sort is stable: equal ranks stay in the order of their coming. */
function ranked<T extends { readonly rank?: number }>(items: T[]): T[] {
  return items.sort((a, b) => (a.rank ?? LAST) - (b.rank ?? LAST));
}
