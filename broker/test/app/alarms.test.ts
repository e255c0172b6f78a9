import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { watchAlarms } from '../../src/app/alarms.ts';
import { Store } from '../../src/store/store.ts';
import { settle } from '../lifecycle/world.ts';
import { aLease, aRun, commitOf } from '../store/rows.ts';

let store: Store;
beforeEach(() => {
  store = new Store(':memory:');
});
afterEach(() => store.close());

it('says once what an operator has to know, and again after a restart', async () => {
  await store.commit(
    commitOf({ subjects: [aRun('r'), aLease('l', 'r', { state: 'ACTIVE' })] })
  );
  const error = vi.fn();
  const end = watchAlarms({ store, log: { error } });
  await settle();
  expect(error).not.toHaveBeenCalled();

  const view = { provider: 'platform', end: 'unconfirmed' };
  const orphan = {
    id: 'l/client/1',
    kind: 'client' as const,
    provider: 'platform',
    name: 'l',
    since: 1,
    expiresAt: null,
    endsAs: 'unconfirmed' as const
  };
  const worse = aLease(
    'l',
    'r',
    { state: 'QUARANTINED', view, orphans: [orphan] },
    false
  );
  await store.commit(commitOf({ subjects: [worse] }));
  await store.commit(commitOf({ subjects: [worse] }));
  await settle();
  const alarms = error.mock.calls.map(([fields]) => fields as object);
  expect(alarms).toMatchObject([
    { alarm: 'quarantined', lease: 'l', run: 'r', provider: 'platform' },
    { alarm: 'unconfirmed', lease: 'l' },
    { alarm: 'orphan', kind: 'client', name: 'l' }
  ]);

  end();
  watchAlarms({ store, log: { error } });
  await settle();
  expect(error).toHaveBeenCalledTimes(4);
});
