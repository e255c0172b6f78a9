/** A broker that comes back over many leases whose provider is not there. */
import { newLease, type ILeaseDoc } from '../../broker/src/leases/doc.ts';
import type { LeaseEvent } from '../../broker/src/leases/events.ts';
import { leaseMachine } from '../../broker/src/leases/machine.ts';
import { leaseColumns } from '../../broker/src/leases/view.ts';
import type { IIntent } from '../../broker/src/lifecycle/types.ts';
import { Secret } from '../../broker/src/secrets/secret.ts';
import { Vault } from '../../broker/src/secrets/vault.ts';
import { Store } from '../../broker/src/store/store.ts';
import { Household, isClosed, isMinted, KEY } from './household.ts';

const BATCH = 1000;
const DEAD = 'dead';

export interface IRestart {
  readonly leases: number;
  /** s: the database is open */
  readonly open: number;
  /** s: all that is pending is in the queue, and performed from then on */
  readonly loaded: number;
  /** s: the whole life of a lease of another provider */
  readonly other: number;
  /** bytes */
  readonly perLease: number;
}

/** Writes `each` leases with a token, and as many that have to end. */
export async function fill(path: string, each: number): Promise<void> {
  const store = new Store(path, KEY);
  const vault = new Vault([KEY], KEY);
  const now = Date.now();
  let intents: IIntent[] = [];
  let docs: ILeaseDoc[] = [];
  let next = 1;
  for (let n = 0; n < 2 * each; n += 1) {
    const id = `0199-${n}`;
    const owner = { id, key: vault.newKey(id) };
    const sealed = (field: string, text: string) =>
      vault.seal(owner, field, new Secret(text));
    const client = { id, secret: 's'.repeat(43), uri: null, token: null };
    const events: LeaseEvent[] = [
      { type: 'provision' },
      {
        type: 'registered',
        client: sealed('client', JSON.stringify(client)),
        expiresAt: null,
        mark: 'hmac:00',
        profile: { revocation: true, introspection: true, probe: true }
      },
      { type: 'armed' },
      { type: 'claim', attempt: 1, deadline: now + 3_600_000 },
      {
        type: 'minted',
        grant: {
          sealed: sealed('token', 't'.repeat(43)),
          mark: 'hmac:01',
          expiresAt: now + 3_600_000,
          selfContained: false,
          scopes: ['jobs:read']
        }
      },
      ...(n % 2 === 0 ? [] : [{ type: 'drain' as const, why: 'the job ended' }])
    ];
    let lease = newLease(
      {
        ...owner,
        run: `run-${n}`,
        provider: DEAD,
        client: 'per_lease',
        scopes: ['jobs:read']
      },
      now
    );
    for (const event of events) {
      const step = leaseMachine.step(lease, event, now);
      lease = step.state;
      if (event.type === 'drain') {
        intents.push(
          ...step.intents.map(({ kind, payload }) => ({
            id: next++,
            machine: 'lease' as const,
            subject: id,
            kind,
            payload,
            due: now,
            tries: 0
          }))
        );
      }
    }
    docs.push(lease);
    if (docs.length === BATCH || n === 2 * each - 1) {
      await store.commit({
        issues: false,
        subjects: docs.map(doc => ({
          machine: 'lease',
          id: doc.id,
          state: doc,
          columns: leaseColumns(doc),
          fresh: true
        })),
        audit: [],
        intents,
        removed: [],
        postponed: [],
        extras: []
      });
      docs = [];
      intents = [];
    }
  }
  await store.close();
}

function heap(): number {
  if (!global.gc) {
    throw new Error('start node with --expose-gc');
  }
  global.gc();
  return process.memoryUsage().heapUsed;
}

export async function restart(
  path: string,
  url: string,
  registration: string
): Promise<IRestart> {
  const before = heap();
  const began = performance.now();
  const store = new Store(path, KEY);
  const { openLeases } = await store.counts();
  const open = (performance.now() - began) / 1000;
  const urls = new Map([
    ['platform', url],
    // Nothing listens there.
    [DEAD, 'http://127.0.0.1:9']
  ]);
  const house = new Household(store, urls, registration);
  await house.interpreter.start();
  const loaded = (performance.now() - began) / 1000;
  const other = performance.now();
  const ids = await house.armed(1);
  await house.claim(ids);
  await house.until(ids, isMinted);
  await house.drain(ids);
  await house.until(ids, isClosed);
  const lived = (performance.now() - other) / 1000;
  const perLease = (heap() - before) / openLeases;
  await house.interpreter.stop(0);
  await store.close();
  return { leases: openLeases, open, loaded, other: lived, perLease };
}
