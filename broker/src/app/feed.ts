import type { Change } from '@jupyterlab-batch/protocol';

import { ChangeHub } from '../events/hub.ts';
import type { ChangeFeed } from '../http/stream.ts';
import { systemTimers } from '../lifecycle/timers.ts';
import type { Clock } from '../lifecycle/types.ts';
import type { IChange, IStore } from '../store/types.ts';

/** States in the store are those that the run's machine gave them. */
const toChange = ({ id, state, revision }: Omit<IChange, 'ended'>): Change => ({
  id,
  state: state as Change['state'],
  revision
});

/** Committed changes as a stream: those after a revision, then as they come. */
export function changeFeed(store: IStore, clock: Clock): ChangeFeed {
  const hub = new ChangeHub<IChange>({ clock, alarm: systemTimers });
  store.onChange(changes => hub.publish(changes));
  return async function* (after, signal) {
    // Listens before it looks, so that nothing falls between.
    const subscription = hub.subscribe();
    signal.addEventListener('abort', () => subscription.close());
    let told = after;
    const behind = async function* () {
      for (;;) {
        const page = await store.changes(told);
        for (const change of page.changes) {
          told = change.revision;
          yield toChange(change);
        }
        if (page.changes.length === 0 || signal.aborted) {
          return;
        }
      }
    };
    yield* behind();
    for await (const news of subscription) {
      if (news.kind === 'reset') {
        yield* behind();
      } else if (news.change.revision > told) {
        yield toChange(news.change);
      }
    }
  };
}
