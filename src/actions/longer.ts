import type { Run } from '@jupyterlab-batch/protocol';
import { Notification } from '@jupyterlab/apputils';

import { CommandIDs } from '../tokens';
import { writeDuration } from '../words/duration';
import type { IActionsOptions } from './actions';
import { report } from './report';

/** A run whose time ran out gets this many times as much, as far as it may. */
const FACTOR = 2;

/** Its time ran out: more of it may help. */
export const canRunLonger = (run: Run | undefined): boolean =>
  run?.reason === 'timeout';

/** Submits a run again as it was, with twice the time; once for two quick presses. */
export class Longer {
  constructor(private readonly _options: IActionsOptions) {}

  run(id: string): Promise<void> {
    let under = this._under.get(id);
    if (!under) {
      under = submit(this._options, id).finally(() => this._under.delete(id));
      this._under.set(id, under);
    }
    return under;
  }

  private readonly _under = new Map<string, Promise<void>>();
}

async function submit(
  { api, runs, commands, trans }: IActionsOptions,
  id: string
): Promise<void> {
  await report(trans, trans.__('The run cannot be run again'), async () => {
    const earlier = runs.get(id) ?? (await api.call('show', { id })).run;
    const { targets } = await api.call('targets', {});
    const most = targets.find(
      ({ name }) => name === earlier.target
    )?.time_limit;
    // A target that is gone or gives no more is the broker's to refuse.
    const limit = Math.max(
      Math.min(earlier.time_limit * FACTOR, most ?? Infinity),
      earlier.time_limit + 1
    );
    const again = await api.call('rerun', {
      id,
      body: { parameters: null, time_limit: limit }
    });
    runs.put(again);
    Notification.success(
      trans.__(
        'Submitted again with %1 instead of %2.',
        writeDuration(trans, again.time_limit),
        writeDuration(trans, earlier.time_limit)
      ),
      {
        actions: [
          {
            label: trans.__('Show run'),
            callback: () =>
              void commands.execute(CommandIDs.showRuns, { id: again.id })
          }
        ]
      }
    );
  });
}
