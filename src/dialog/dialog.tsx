import type { Run } from '@jupyterlab-batch/protocol';
import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Form } from './form';
import type { IHost } from './host';
import type { Session } from './session';

const SUBMIT = 1;
/** Elements of the form that mean something else by Enter and arrows. */
const OWN_KEYS =
  'button, summary, select, a[href], textarea, [contenteditable="true"]';

/** How the dialog was left. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly run: Run }
  | { readonly kind: 'dropped' }
  /** by Escape or the cross: nobody said that what was typed shall go */
  | { readonly kind: 'put off' }
  /** for something else: what was typed is there at the next opening */
  | { readonly kind: 'away'; readonly go: () => void }
  /**
   * For a question of another dialog, and back: JupyterLab shows one dialog
   * after the other.
   */
  | {
      readonly kind: 'aside';
      readonly ask: () => Promise<void>;
      /** `data-field` that has the focus afterwards */
      readonly field: string;
    };

class Body extends ReactWidget implements Dialog.IBodyWidget<Run | null> {
  constructor(form: React.JSX.Element) {
    super();
    this._form = form;
    this.addClass('jp-Batch-body');
  }

  run: Run | null = null;

  getValue(): Run | null {
    return this.run;
  }

  protected render(): React.JSX.Element {
    return this._form;
  }

  private readonly _form: React.JSX.Element;
}

/** JupyterLab's dialog, which closes only once the run is accepted. */
export class SubmitDialog extends Dialog<Run | null> {
  /**
   * @param hostFor - what the form may do, given how to leave the dialog
   */
  constructor(
    session: Session,
    trans: TranslationBundle,
    hostFor: (leave: (outcome: Outcome) => void) => IHost
  ) {
    const host = hostFor(outcome => {
      this._left = outcome;
      this.reject();
    });
    const body = new Body(<Form session={session} trans={trans} host={host} />);
    super({
      title: trans.__('Run as batch: %1', session.source.name),
      body,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({
          label: trans.__('Submit'),
          caption: trans.__('Submit the run (Enter)'),
          className: 'jp-Batch-submit'
        })
      ],
      defaultButton: SUBMIT,
      hasClose: true
    });
    this.addClass('jp-Batch-dialog');
    this.node.setAttribute(
      'aria-label',
      trans.__('Run as batch: %1', session.source.name)
    );
    this._content = body;
    this._session = session;
  }

  /**
   * Looks at the notebook, and asks.
   *
   * @param field - `data-field` to begin with; null: what needs attention
   */
  async run(field: string | null = null): Promise<Outcome> {
    void Promise.all([this._session.prepare(), this.ready]).then(() => {
      // After the paint in which React has put the fields there.
      requestAnimationFrame(() => {
        // Who is at work in it already shall stay where they are.
        if (this._used || this._isTaken()) {
          return;
        }
        if (field === null) {
          this.focusNext();
        } else {
          this._focus(field);
        }
      });
    });
    const { value, button } = await this.launch();
    return button.accept && value
      ? { kind: 'accepted', run: value }
      : this._left;
  }

  /** Submit keeps the dialog open until the broker has taken the run. */
  resolve(index: number = SUBMIT): void {
    if (index !== SUBMIT) {
      this._leave(() => {
        this._left = { kind: 'dropped' };
        super.resolve(index);
      });
      return;
    }
    void this._session.submit().then(run => {
      if (run) {
        this._content.run = run;
        super.resolve(SUBMIT);
      } else {
        this.focusNext();
      }
    });
  }

  reject(): void {
    this._leave(() => super.reject());
  }

  /** What was sent may be accepted already: then it is a run, and not left alone. */
  private _leave(leave: () => void): void {
    const sent = this._session.submission;
    if (!sent) {
      leave();
      return;
    }
    this._session.stop();
    void sent.then(run => {
      if (run) {
        this._content.run = run;
        super.resolve(SUBMIT);
      } else {
        leave();
      }
    });
  }

  /** Focuses the first thing that needs attention, else Submit. */
  focusNext(): void {
    const { attention, prepared } = this._session.state;
    this._focus(prepared === null ? 'retry' : attention[0]?.field);
  }

  /** The focus was moved: by a screen reader, say, without a key or a click. */
  private _isTaken(): boolean {
    const { activeElement } = document;
    return (
      activeElement !== null &&
      this.node.contains(activeElement) &&
      !this._isOurs(activeElement)
    );
  }

  /** Where the focus is put by itself. */
  private _isOurs(element: Element): boolean {
    return element === this.node || element.matches('.jp-Batch-submit');
  }

  private _focus(field: string | undefined): void {
    const fields = this.node.querySelectorAll<HTMLElement>('[data-field]');
    const next =
      [...fields].find(node => node.dataset.field === field) ??
      this.node.querySelector<HTMLElement>('.jp-Batch-submit');
    // A closed fold would keep the focus out.
    next?.closest('details')?.setAttribute('open', '');
    next?.focus();
  }

  /**
   * JupyterLab's dialog takes the focus once its body is drawn. Until then keys
   * would go to the cell behind it, where two of them delete it.
   */
  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.node.addEventListener('focusin', this._hold);
    this._focus(undefined);
    // At once after JupyterLab's own: no key comes between.
    void this.ready.then(() => {
      this.node.removeEventListener('focusin', this._hold);
      this._held?.focus();
    });
  }

  /** Until JupyterLab has taken the focus: where somebody else has put it. */
  private readonly _hold = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement && !this._isOurs(target)) {
      this._held = target;
    }
  };

  protected _evtKeydown(event: KeyboardEvent): void {
    const { target } = event;
    this._used = true;
    // JupyterLab's dialog takes Enter and arrows from everything inside it.
    if (
      (event.key === 'Enter' || event.key.startsWith('Arrow')) &&
      target instanceof Element &&
      this._content.node.contains(target) &&
      target.closest(OWN_KEYS)
    ) {
      return;
    }
    super._evtKeydown(event);
  }

  protected _evtClick(event: MouseEvent): void {
    // A slip of the mouse beside the dialog must not throw away what was typed.
    if (event.target !== this.node) {
      this._used = true;
      super._evtClick(event);
    }
  }

  private readonly _content: Body;
  private readonly _session: Session;
  /** somebody pressed something in it: the focus is theirs */
  private _used = false;
  private _held: HTMLElement | null = null;
  private _left: Outcome = { kind: 'put off' };
}
