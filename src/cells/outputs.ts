import { isError, isStream } from '@jupyterlab/nbformat';
import { OutputModel, type IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';

import type { IShownOutput } from './screen';
import { asTerminal } from './terminal';

interface IRendered {
  readonly seq: number;
  readonly omitted: number;
  readonly mimeType: string;
  readonly widget: IRenderMime.IRenderer | Widget;
}

/**
 * Renders outputs into a node, and renders anew only what changed.
 *
 * What a run has put out is never trusted here: HTML is sanitized, and scripts,
 * SVG and whatever else runs code in the page is left out. _Open result_ shows
 * those too, by JupyterLab's own rules of trust.
 */
export class Outputs implements IDisposable {
  constructor(
    host: HTMLElement,
    rendermime: IRenderMimeRegistry,
    trans: TranslationBundle
  ) {
    this._host = host;
    this._rendermime = rendermime;
    this._trans = trans;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    this._rendered.forEach(({ widget }) => widget.dispose());
    this._rendered = [];
  }

  set(outputs: readonly IShownOutput[]): void {
    const before = this._rendered;
    this._rendered = outputs.map((shown, at) =>
      this._render(shown, before[at], at)
    );
    before.slice(outputs.length).forEach(({ widget }) => widget.dispose());
  }

  private _render(
    shown: IShownOutput,
    before: IRendered | undefined,
    at: number
  ): IRendered {
    const { seq, omitted } = shown;
    if (before?.seq === seq && before.omitted === omitted) {
      return before;
    }
    const model = modelOf(shown);
    const mimeType = this._rendermime.preferredMimeType(model.data, 'ensure');
    if (mimeType === undefined) {
      before?.widget.dispose();
      return {
        seq,
        omitted,
        mimeType: '',
        widget: this._put(this._left(model), at)
      };
    }
    if (before?.mimeType === mimeType && 'renderModel' in before.widget) {
      this._draw(before.widget, model);
      return { ...before, seq, omitted };
    }
    before?.widget.dispose();
    const widget = this._rendermime.createRenderer(mimeType);
    widget.addClass('jp-OutputArea-output');
    this._put(widget, at);
    this._draw(widget, model);
    return { seq, omitted, mimeType, widget };
  }

  private _draw(widget: IRenderMime.IRenderer, model: OutputModel): void {
    void widget.renderModel(model).then(() => {
      const pictures = widget.node.querySelectorAll('img:not([alt])');
      const words = model.data['text/plain'];
      // The kernel's own words for it: `<Figure size 640x480 with 1 Axes>`.
      const alt =
        typeof words === 'string' && words !== ''
          ? words
          : this._trans.__('Picture without a description');
      pictures.forEach(picture => picture.setAttribute('alt', alt));
    });
  }

  private _left(model: OutputModel): Widget {
    const widget = new Widget();
    widget.addClass('jp-Batch-hint');
    const kinds = Object.keys(model.data).join(', ');
    widget.node.textContent =
      kinds === ''
        ? this._trans.__('This output was too large to show at once.')
        : this._trans.__(
            'Not shown here, since it may run code: %1. Open the result to see it.',
            kinds
          );
    return widget;
  }

  private _put<W extends Widget>(widget: W, at: number): W {
    const next = this._host.children.item(at);
    Widget.attach(widget, this._host, next as HTMLElement | null);
    return widget;
  }

  private readonly _host: HTMLElement;
  private readonly _rendermime: IRenderMimeRegistry;
  private readonly _trans: TranslationBundle;
  private _rendered: IRendered[] = [];
  private _disposed = false;
}

function modelOf({ output }: IShownOutput): OutputModel {
  let value = output;
  if (isStream(output)) {
    value = { ...output, text: asTerminal([output.text].flat().join('')) };
  } else if (isError(output)) {
    value = { ...output, traceback: [...output.traceback] };
  }
  return new OutputModel({ value, trusted: false });
}
