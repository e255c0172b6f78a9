import type { Run } from '@jupyterlab-batch/protocol';
import { Notification } from '@jupyterlab/apputils';

import { CommandIDs } from '../tokens';
import { writeDuration } from '../words/duration';
import type { IActionsOptions } from './actions';
import { report } from './report';

/** Its time ran out: more of it may help. */
export const canRunLonger = (run: Run | undefined): boolean =>
  run?.reason === 'timeout';

/** Submits a run again as it was, with more time; once for two quick presses. */
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
    const again = await api.call('rerun', {
      id,
      body: { parameters: null, time_limit: 'more' }
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
