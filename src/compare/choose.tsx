import type { Run } from '@jupyterlab-batch/protocol';
import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IBatchApi, IRuns } from '../tokens';
import { problemTitle, toProblem } from '../words/problems';
import { notebookName, stateWord } from '../words/states';
import { shortTime } from '../words/time';

/** Runs that are offered: the newest of the same notebook. */
const OFFERED = 30;

interface IChooseOptions {
  api: IBatchApi;
  runs: IRuns;
  trans: TranslationBundle;
  id: string;
  most: number;
}

/**
 * Asks with which other runs of its notebook a run shall be compared.
 *
 * @returns ids with the run's own first; empty when it was left
 */
export async function chooseOthers(options: IChooseOptions): Promise<string[]> {
  const { api, runs, trans, id, most } = options;
  const run = runs.get(id);
  if (!run) {
    return [];
  }
  const query = { notebook: run.notebook, limit: OFFERED };
  let others: Run[];
  try {
    const page = await api.call('list', { query });
    others = page.runs.filter(other => other.id !== id);
  } catch (reason) {
    const problem = toProblem(reason);
    await showErrorMessage(trans.__('The runs cannot be listed'), {
      message: `${problemTitle(trans, problem)}. ${problem.detail}`
    });
    return [];
  }
  const body = new Choice(others, trans, most - 1);
  const { button, value } = await showDialog<readonly string[]>({
    title: trans.__('Compare with which runs of %1?', notebookName(run)),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Compare') })
    ]
  });
  return button.accept && value && value.length > 0 ? [id, ...value] : [];
}

class Choice
  extends ReactWidget
  implements Dialog.IBodyWidget<readonly string[]>
{
  constructor(
    private readonly _others: readonly Run[],
    private readonly _trans: TranslationBundle,
    private readonly _most: number
  ) {
    super();
    this._chosen = _others.slice(0, 1).map(({ id }) => id);
  }

  getValue(): readonly string[] {
    return this._chosen;
  }

  protected render(): React.JSX.Element {
    const trans = this._trans;
    const now = new Date();
    return this._others.length === 0 ? (
      <p>{trans.__('There is no other run of this notebook.')}</p>
    ) : (
      <ul className="jp-Batch-choice">
        {this._others.map(run => (
          <li key={run.id}>
            <label>
              <input
                type="checkbox"
                value={run.id}
                checked={this._chosen.includes(run.id)}
                onChange={event => this._choose(run.id, event.target.checked)}
              />
              {trans.__(
                '%1, %2, %3',
                run.label ?? run.id.slice(-8),
                stateWord(trans, run),
                shortTime(run.submitted_at, now)
              )}
            </label>
          </li>
        ))}
      </ul>
    );
  }

  private _choose(id: string, on: boolean): void {
    const others = this._chosen.filter(other => other !== id);
    this._chosen = on ? [...others, id].slice(-this._most) : others;
    this.update();
  }

  private _chosen: readonly string[];
}
