import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { dismiss } from '../../src/app/dismissing.ts';
import type { IOrphanColumns } from '../../src/lifecycle/ports.ts';
import { Store } from '../../src/store/store.ts';
import { aLease, aRun, commitOf, erased } from '../store/rows.ts';

const RUN = '01990000-0000-7000-8000-00000000000a';
const LEASE = '01990000-0000-7000-8000-0000000000b1';
const OTHER = '01990000-0000-7000-8000-0000000000b2';
const REASON = 'deleted in the console of the provider';
const clock = () => 5000;
const asked = (...ids: string[]) => ({ ids, reason: ` ${REASON} ` });

function orphan(
  lease: string,
  n: number,
  given: Partial<IOrphanColumns> = {}
): IOrphanColumns {
  return {
    id: `${lease}/client/${n}`,
    kind: 'client',
    provider: 'platform',
    name: lease,
    since: n,
    expiresAt: null,
    endsAs: 'unconfirmed',
    ...given
  };
}

const left = (
  lease: string,
  orphans: readonly IOrphanColumns[],
  fresh = true
) => aLease(lease, RUN, { state: 'CLOSED', open: false, orphans }, fresh);

let store: Store;
const openOnes = async () =>
  (await store.orphans(clock())).filter(({ end }) => end === null);

beforeEach(async () => {
  store = new Store(':memory:');
  const two = [orphan(LEASE, 1), orphan(LEASE, 2)];
  const three = [
    orphan(OTHER, 1),
    orphan(OTHER, 2, { expiresAt: 4000, endsAs: 'expired' }),
    orphan(OTHER, 3, { expiresAt: 6000, endsAs: 'expired' })
  ];
  await store.commit(
    commitOf({ subjects: [aRun(RUN), left(LEASE, two), left(OTHER, three)] })
  );
});
afterEach(() => store.close());

it('dismisses all of a name, keeps them, and writes it into the audit', async () => {
  expect(await openOnes()).toHaveLength(4);
  const { orphans } = await dismiss(store, clock, asked('B1'));
  expect(orphans.map(({ id, end, reason }) => [id, end, reason])).toEqual([
    [`${LEASE}/client/1`, 'dismissed', REASON],
    [`${LEASE}/client/2`, 'dismissed', REASON]
  ]);
  expect((await openOnes()).map(({ name }) => name)).toEqual([OTHER, OTHER]);
  expect(await store.orphans(clock())).toHaveLength(5);
  const rows = await store.history(RUN);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    at: 5000,
    machine: 'lease',
    subject: LEASE,
    event: 'dismissed',
    from: 'CLOSED',
    to: 'CLOSED',
    fits: true,
    detail: `client ${LEASE}/client/1: ${REASON}`
  });
  expect(await store.verifyAudit()).toMatchObject({ problems: [] });
});

it('answers the same again, and does it once', async () => {
  const first = await dismiss(store, clock, asked(LEASE));
  expect(await dismiss(store, clock, asked(LEASE, 'b1'))).toEqual(first);
  expect(await store.history(RUN)).toHaveLength(2);
});

it('takes one by its id, and leaves those alone that ended by themselves', async () => {
  const { orphans } = await dismiss(store, clock, asked(`${OTHER}/client/3`));
  expect(orphans).toHaveLength(1);
  expect((await store.orphans(clock())).map(({ end }) => end)).toEqual([
    null,
    null,
    null,
    'expired',
    'dismissed'
  ]);
  await expect(
    dismiss(store, clock, asked(`${OTHER}/client/2`))
  ).rejects.toMatchObject({ code: 'not_found' });
});

it('refuses what is not there or not clear, and then does nothing', async () => {
  for (const [id, code] of [
    ['b9', 'not_found'],
    ['0199', 'ambiguous_id']
  ] as const) {
    await expect(dismiss(store, clock, asked(LEASE, id))).rejects.toMatchObject(
      { code }
    );
  }
  expect(await openOnes()).toHaveLength(4);
  expect(await store.history(RUN)).toEqual([]);
});

it('is not undone by a later commit of the lease', async () => {
  await dismiss(store, clock, asked(LEASE));
  const again = left(LEASE, [orphan(LEASE, 1), orphan(LEASE, 2)], false);
  await store.commit(commitOf({ subjects: [again] }));
  expect((await openOnes()).map(({ name }) => name)).toEqual([OTHER, OTHER]);
});

describe('a lease that ended unconfirmed', () => {
  const UNSURE = '01990000-0000-7000-8000-0000000000b3';

  beforeEach(() => {
    const subject = aLease(UNSURE, RUN, {
      state: 'CLOSED',
      open: false,
      view: {
        provider: 'platform',
        end: 'unconfirmed',
        ended_at: '1970-01-01T00:00:03.000Z'
      }
    });
    return store.commit(commitOf({ subjects: [subject] }));
  });

  it('is no orphan, and is kept as one when it was dismissed', async () => {
    const before = await openOnes();
    expect(before.some(({ lease }) => lease === UNSURE)).toBe(false);
    const { orphans } = await dismiss(store, clock, asked('b3'));
    expect(orphans).toEqual([
      {
        id: `${UNSURE}/unconfirmed`,
        kind: 'token',
        provider: 'platform',
        name: UNSURE,
        lease: UNSURE,
        run: RUN,
        since: '1970-01-01T00:00:03.000Z',
        expires_at: null,
        end: 'dismissed',
        reason: REASON
      }
    ]);
    expect(await dismiss(store, clock, asked(UNSURE))).toEqual({ orphans });
    const kept = await store.orphans(clock());
    expect(kept.filter(({ lease }) => lease === UNSURE)).toHaveLength(1);
    expect(await openOnes()).toEqual(before);
    expect(await store.history(RUN)).toMatchObject([
      { event: 'dismissed', subject: UNSURE }
    ]);
  });

  it('goes with its run', async () => {
    await dismiss(store, clock, asked('b3'));
    await store.commit(erased(RUN));
    const kept = await store.orphans(clock(), true);
    expect(kept.some(({ lease }) => lease === UNSURE)).toBe(false);
  });

  it('is not to be dismissed while it is open, or where its end is proved', async () => {
    for (const [view, open] of [
      [{ provider: 'p', end: null, ended_at: null }, true],
      [{ provider: 'p', end: 'expired', ended_at: null }, false]
    ] as const) {
      const now = aLease(UNSURE, RUN, { state: 'X', open, view }, false);
      await store.commit(commitOf({ subjects: [now] }));
      await expect(dismiss(store, clock, asked('b3'))).rejects.toMatchObject({
        code: 'not_found'
      });
    }
  });
});

it('goes with its run; what has not ended stays, and can be dismissed yet', async () => {
  await dismiss(store, clock, asked(LEASE));
  await store.commit(erased(RUN));
  expect((await store.orphans(clock())).map(({ id }) => id)).toEqual([
    `${OTHER}/client/1`
  ]);
  await dismiss(store, clock, asked(OTHER));
  expect(await openOnes()).toEqual([]);
});
