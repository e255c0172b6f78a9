import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IFormParameter, IParameterFormModel } from '../tokens';
import { parameterField, rowMessage } from './attention';
import type { Session } from './session';
import type { TranslationBundle } from '@jupyterlab/translation';

/** What a form of somebody else sees of the dialog, and may do in it. */
export class ParameterFormModel implements IParameterFormModel, IDisposable {
  constructor(
    private readonly _session: Session,
    private readonly _trans: TranslationBundle
  ) {
    _session.changed.connect(this._tell, this);
  }

  get notebook(): string {
    return this._session.source.path;
  }

  get parameters(): readonly IFormParameter[] {
    const { rows, prepared } = this._session.state;
    return rows.map(row => {
      const { declaration, type, text, edited, included, pinned, chain } = row;
      const { name } = declaration;
      const said = prepared?.problems.find(
        problem => problem.parameter === name && problem.severity === 'error'
      );
      return {
        name,
        declaration,
        type,
        text,
        edited,
        included,
        pinned,
        origin: chain && { layer: chain.layer, text: chain.origin },
        problem:
          rowMessage(this._trans, row) ??
          (edited ? null : said?.message) ??
          null,
        field: parameterField(name)
      };
    });
  }

  get changed(): ISignal<IParameterFormModel, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    Signal.clearData(this);
  }

  set(name: string, text: string): void {
    this._session.setText(name, text);
  }

  reset(name: string): void {
    this._session.reset(name);
  }

  include(name: string, on: boolean): void {
    this._session.tick(name, on);
  }

  private _tell(): void {
    this._changed.emit();
  }

  private readonly _changed = new Signal<IParameterFormModel, void>(this);
  private _disposed = false;
}
