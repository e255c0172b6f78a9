import type { Run } from '@jupyterlab-batch/protocol';
import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CommandIDs, type IBatchApi, type IRuns } from '../tokens';
import { count } from '../words/locale';
import { toProblem } from '../words/problems';
import { notebookName } from '../words/states';
import { canCancel, canDelete, type IActionsOptions } from './actions';

/** Names shown before the rest is a number; calls at once. */
const NAMED = 5;
const AT_ONCE = 4;

/** One thing that can be done with many runs. */
interface IDeed {
  readonly title: (runs: number) => string;
  readonly button: string;
  readonly fits: (run: Run) => boolean;
  /** what goes, what stays */
  readonly goes: (runs: number) => string;
  readonly stays: string;
  /** why some of those that were chosen are left alone */
  readonly spared: (runs: number) => string;
  readonly failed: (runs: number) => string;
  readonly perform: (api: IBatchApi, runs: IRuns, id: string) => Promise<void>;
  readonly warn: boolean;
}

/** What can be done with several runs at once, after a yes. */
export class BulkActions {
  constructor(private readonly _options: IActionsOptions) {}

  /** The runs of these for which the deed is possible. */
  fitting(deed: IDeed, ids: readonly string[]): Run[] {
    return ids
      .map(id => this._options.runs.get(id))
      .filter((run): run is Run => run !== undefined && deed.fits(run));
  }

  async perform(deed: IDeed, ids: readonly string[]): Promise<void> {
    const { api, runs, trans } = this._options;
    const fitting = this.fitting(deed, ids);
    if (fitting.length === 0) {
      return;
    }
    const { button } = await showDialog({
      title: deed.title(fitting.length),
      body: ReactWidget.create(
        <Question
          deed={deed}
          runs={fitting}
          spared={ids.length - fitting.length}
          trans={trans}
        />
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Keep as they are') }),
        deed.warn
          ? Dialog.warnButton({ label: deed.button })
          : Dialog.okButton({ label: deed.button })
      ],
      defaultButton: deed.warn ? 0 : 1
    });
    if (!button.accept) {
      return;
    }
    const failures: string[] = [];
    const waiting = fitting.map(({ id }) => id);
    const work = async () => {
      for (let id = waiting.shift(); id; id = waiting.shift()) {
        try {
          await deed.perform(api, runs, id);
        } catch (reason) {
          failures.push(toProblem(reason).detail);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    void runs.refresh();
    if (failures.length > 0) {
      await showDialog({
        title: deed.failed(failures.length),
        body: [...new Set(failures)].slice(0, NAMED).join('\n'),
        buttons: [Dialog.okButton({ label: trans.__('Close') })]
      });
    }
  }

  get cancel(): IDeed {
    const { trans } = this._options;
    return {
      title: n => trans._n('Cancel %2 run?', 'Cancel %2 runs?', n, count(n)),
      button: trans.__('Cancel runs'),
      fits: canCancel,
      goes: n =>
        trans._n(
          'This run is stopped, and its credential is revoked:',
          'These %2 runs are stopped, and their credentials are revoked:',
          n,
          count(n)
        ),
      stays: trans.__(
        'What they have produced so far is kept and delivered beside the notebook.'
      ),
      spared: n =>
        trans._n(
          '%2 chosen run has ended already and stays as it is.',
          '%2 chosen runs have ended already and stay as they are.',
          n,
          count(n)
        ),
      failed: n =>
        trans._n(
          '%2 run could not be cancelled',
          '%2 runs could not be cancelled',
          n,
          count(n)
        ),
      perform: async (api, _, id) => {
        await api.call('cancel', { id });
      },
      warn: true
    };
  }

  get remove(): IDeed {
    const { trans } = this._options;
    return {
      title: n => trans._n('Delete %2 run?', 'Delete %2 runs?', n, count(n)),
      button: trans.__('Delete'),
      fits: canDelete,
      goes: n =>
        trans._n(
          'This run goes, with its run folder, log and record:',
          'These %2 runs go, with their run folders, logs and records:',
          n,
          count(n)
        ),
      stays: trans.__(
        'The notebooks, and what was delivered beside them, stay.'
      ),
      spared: n =>
        trans._n(
          '%2 chosen run has not ended and stays; cancel it first.',
          '%2 chosen runs have not ended and stay; cancel them first.',
          n,
          count(n)
        ),
      failed: n =>
        trans._n(
          '%2 run could not be deleted',
          '%2 runs could not be deleted',
          n,
          count(n)
        ),
      perform: async (api, runs, id) => {
        await api.call('remove', { id });
        runs.drop(id);
      },
      warn: true
    };
  }

  get rerun(): IDeed {
    const { trans } = this._options;
    return {
      title: n =>
        trans._n('Run %2 run again?', 'Run %2 runs again?', n, count(n)),
      button: trans.__('Run again'),
      fits: () => true,
      goes: n =>
        trans._n(
          'A new run is submitted, with the notebook and the values of:',
          '%2 new runs are submitted, with the notebooks and the values of:',
          n,
          count(n)
        ),
      stays: trans.__('The runs themselves and their results stay.'),
      spared: n =>
        trans._n(
          '%2 run is not known any more.',
          '%2 runs are not known any more.',
          n,
          count(n)
        ),
      failed: n =>
        trans._n(
          '%2 run could not be run again',
          '%2 runs could not be run again',
          n,
          count(n)
        ),
      perform: async (api, runs, id) => {
        runs.put(await api.call('rerun', { id, body: { parameters: null } }));
      },
      warn: false
    };
  }
}

/** Says what goes and what stays before anything is done. */
function Question(props: {
  deed: IDeed;
  runs: readonly Run[];
  spared: number;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { deed, runs, spared, trans } = props;
  const rest = runs.length - NAMED;
  return (
    <div className="jp-Batch-question">
      <p>{deed.goes(runs.length)}</p>
      <ul>
        {runs.slice(0, NAMED).map(run => (
          <li key={run.id}>
            <bdi translate="no">{notebookName(run)}</bdi>
            {run.label ? <bdi translate="no"> ({run.label})</bdi> : null}
          </li>
        ))}
        {rest > 0 ? (
          <li>{trans._n('and %2 more', 'and %2 more', rest, count(rest))}</li>
        ) : null}
      </ul>
      <p>{deed.stays}</p>
      {spared > 0 ? <p>{deed.spared(spared)}</p> : null}
    </div>
  );
}

/** Adds the commands that take `{ids}`. */
export function addBulkCommands(options: IActionsOptions): void {
  const { commands, trans } = options;
  const bulk = new BulkActions(options);
  const describedBy = {
    args: {
      type: 'object',
      properties: {
        ids: {
          type: 'array',
          items: { type: 'string' },
          description: trans.__('The ids of the runs')
        }
      },
      required: ['ids']
    }
  };
  const add = (
    command: string,
    deed: () => IDeed,
    label: (runs: number) => string,
    caption: string
  ) =>
    commands.addCommand(command, {
      label: args => label(bulk.fitting(deed(), idsOf(args)).length),
      caption,
      describedBy,
      isEnabled: args => bulk.fitting(deed(), idsOf(args)).length > 0,
      execute: args => bulk.perform(deed(), idsOf(args))
    });
  add(
    CommandIDs.rerunRuns,
    () => bulk.rerun,
    n => trans.__('Run again (%1)', n),
    trans.__('Submit the runs again as they were')
  );
  add(
    CommandIDs.cancelRuns,
    () => bulk.cancel,
    n => trans.__('Cancel (%1)', n),
    trans.__('Stop those that have not ended')
  );
  add(
    CommandIDs.deleteRuns,
    () => bulk.remove,
    n => trans.__('Delete (%1)', n),
    trans.__('Delete those that have ended, with their folders')
  );
}

function idsOf(args: { ids?: unknown }): string[] {
  return Array.isArray(args.ids)
    ? args.ids.filter(id => typeof id === 'string')
    : [];
}
