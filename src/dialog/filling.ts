import type { GivenValues, Run } from '@jupyterlab-batch/protocol';

import type { IBatchApi, INotebookSource } from '../tokens';
import { valuesOf } from './earlier';
import { fillIn, unreadable, type IFillable, type IFilled } from './filled';
import type { ISessionState } from './sessionstate';

/** So many earlier runs are offered. */
const EARLIER = 20;

/** What takes the values. */
interface IForm extends IFillable {
  readonly source: INotebookSource;
  readonly state: Pick<ISessionState, 'rows' | 'prepared'>;
}

/** Takes values from elsewhere: an earlier run, lines, a file. Each is an edit. */
export class Filling {
  /** @param _told - hears what became of them */
  constructor(
    private readonly _api: IBatchApi,
    private readonly _form: IForm,
    private readonly _told: (filled: IFilled) => void
  ) {}

  /** Runs of this notebook, newest first. */
  async earlierRuns(): Promise<readonly Run[]> {
    const notebook = this._form.state.prepared?.path ?? this._form.source.name;
    const query = { notebook, limit: EARLIER };
    return (await this._api.call('list', { query })).runs;
  }

  /** Takes the values of an earlier run as edits. */
  takeValues(run: Run): void {
    this._fill(valuesOf(run));
  }

  /**
   * Takes values as edits from a text in a format of the chain.
   *
   * @param name - of the file; `lines` for NAME=VALUE lines
   * @throws BatchError the text is not of its format, or nobody answers
   */
  async readValues(name: string, text: string): Promise<void> {
    const { source } = this._form;
    const body = { path: source.path, content: source.content(), name, text };
    this._fill(await this._api.call('values', { body }));
  }

  /** The same for a file; what stands in the way is said in `filled`. */
  async importFile(name: string, read: () => Promise<string>): Promise<void> {
    try {
      await this.readValues(name, await read());
    } catch (reason) {
      this._fill(unreadable(name, reason));
    }
  }

  private _fill(given: GivenValues): void {
    this._told(fillIn(this._form, given));
  }
}
