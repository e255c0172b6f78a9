import { createHash } from 'node:crypto';

import type { ISubjectWrite } from '../../src/lifecycle/ports.ts';
import { Store } from '../../src/store/store.ts';
import { aRun, commitOf } from './rows.ts';

const STATES = ['succeeded', 'succeeded', 'succeeded', 'failed', 'cancelled'];

/** In the order of n, and as random behind the time as a UUIDv7 is. */
export function syntheticId(n: number): string {
  const hash = createHash('sha256').update(String(n)).digest('hex');
  const time = (0x0190_0000_0000 + n * 1000).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}

/** The n-th of many runs: some words are common, some rare, one is its own. */
export function syntheticRun(n: number): ISubjectWrite {
  const id = syntheticId(n);
  const rare = n % 9973 === 0;
  return aRun(id, {
    state: rare ? 'lost' : (STATES[n % STATES.length] ?? 'failed'),
    active: false,
    target: n % 2 === 0 ? 'local' : 'cluster',
    notebook: `/home/ana/projects/waves/notebook-${n % 40}.ipynb`,
    label: n % 3 === 0 ? `storm ${n % 100}` : null,
    submittedAt: 1_700_000_000_000 + n * 1000,
    endedAt: 1_700_000_100_000 + n * 1000,
    search: `AMP=${(n % 977) / 10}\nXc=250.0\nYc=50.0\nWID=${n % 20}.0`,
    view: { id, parameters: 'x'.repeat(800) }
  });
}

/** A store with so many runs, the newest last. */
export async function storeWith(runs: number, path = ':memory:') {
  const store = new Store(path);
  for (let n = 0; n < runs; n += 5000) {
    const subjects = Array.from(
      { length: Math.min(5000, runs - n) },
      (_, index) => syntheticRun(n + index)
    );
    await store.commit(commitOf({ subjects }));
  }
  return store;
}
