import { Notification as Toast } from '@jupyterlab/apputils';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';

const KEY = 'jupyterlab-batch:system-notifications';

export interface ISystemOptions {
  state: IStateDB | null;
  trans: TranslationBundle;
  /** the browser's own; null where it has none */
  browser: typeof Notification | null;
  hidden: () => boolean;
}

/** Notifications of the system, for a user who looks elsewhere. */
export class SystemNotices {
  constructor(private readonly _options: ISystemOptions) {}

  /** Asks once in the life of this browser whether they are wanted. */
  async offer(): Promise<void> {
    const { state, trans, browser } = this._options;
    if (browser?.permission !== 'default' || this._asked) {
      return;
    }
    this._asked = true;
    if ((await state?.fetch(KEY)) !== undefined) {
      return;
    }
    await state?.save(KEY, { asked: true });
    Toast.info(
      trans.__(
        'Shall your system tell you when a run ended while this page is out of view?'
      ),
      {
        autoClose: false,
        actions: [
          {
            label: trans.__('Yes'),
            // The browser asks for a press of the user, which this is.
            callback: () => void browser.requestPermission()
          },
          { label: trans.__('No'), callback: () => undefined }
        ]
      }
    );
  }

  /**
   * Tells it where the page is out of view and the user has agreed.
   *
   * @param tag - what it is about: two tabs, one notice
   */
  tell(tag: string, words: string, show: () => void): void {
    const { browser, hidden, trans } = this._options;
    if (browser?.permission !== 'granted' || !hidden()) {
      return;
    }
    const notice = new browser(trans.__('Batch run'), { body: words, tag });
    notice.onclick = () => {
      window.focus();
      show();
      notice.close();
    };
  }

  private _asked = false;
}
