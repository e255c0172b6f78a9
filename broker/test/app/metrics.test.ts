import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Metrics } from '../../src/app/metrics.ts';
import { serveOperations } from '../../src/http/operations.ts';
import { observed, type ICallRecord } from '../../src/identity/observed.ts';
import type { IIdentityProvider } from '../../src/identity/provider.ts';
import { leaseColumns } from '../../src/leases/view.ts';
import type { ILeaseDoc } from '../../src/leases/doc.ts';
import { Store } from '../../src/store/store.ts';
import { after, CLAIMED, CLOSED, DRAIN, GRANT } from '../leases/lives.ts';
import { LyingProvider, Tape } from '../leases/lying-provider.ts';
import { HONEST } from '../leases/world.ts';
import { aRun, commitOf } from '../store/rows.ts';

let store: Store;
beforeEach(() => {
  store = new Store(':memory:');
});
afterEach(() => store.close());

function put(lease: ILeaseDoc): Promise<void> {
  const { id } = lease;
  const columns = leaseColumns(lease);
  const subject = { machine: 'lease', id, state: lease, columns } as const;
  return store.commit(
    commitOf({ subjects: [{ ...subject, fresh: true }, aRun(lease.run)] })
  );
}

const living = after([...CLAIMED, { type: 'minted', grant: GRANT }]);
const dying = after([...CLAIMED, { type: 'minted', grant: GRANT }, DRAIN]);

describe('the metrics', () => {
  it('tell leases by state, the oldest in it, and what waits for its end', async () => {
    await put({ ...living, id: 'a', run: 'r-a' });
    await put({ ...living, id: 'b', run: 'r-b', stateSince: 500 });
    await put({ ...dying, id: 'c', run: 'r-c' });
    const lies = dying.tokens.map(one => ({ ...one, refuted: 3 }));
    await put({ ...dying, id: 'd', run: 'r-d', tokens: lies });
    await put({ ...after(CLOSED), id: 'e', run: 'r-e' });
    const text = await new Metrics(store, () => 61_000).text();
    const has = (line: string) => expect(text.split('\n')).toContain(line);
    has('jupyterlab_batch_leases{provider="p",state="ACTIVE"} 2');
    has('jupyterlab_batch_leases{provider="p",state="REVOKING"} 1');
    has(
      'jupyterlab_batch_lease_state_seconds_max{provider="p",state="ACTIVE"} 60.5'
    );
    has('jupyterlab_batch_leases_quarantined 1');
    has('jupyterlab_batch_revocation_pending_seconds_max{provider="p"} 60');
    expect(text).not.toContain('CLOSED');
  });

  it('tell how providers answer, how fast, and when they last did', async () => {
    const clock = { now: 1000 };
    const metrics = new Metrics(store, () => clock.now);
    const records: ICallRecord[] = [];
    const honest = new LyingProvider(
      { ...HONEST, client: 'shared', life: 1000 },
      new Tape([]),
      () => clock.now
    );
    // Every call takes 200 ms, and the third one is refused.
    const slow = new Proxy(honest as IIdentityProvider, {
      get: (target, name) =>
        name === 'mint'
          ? async (...given: Parameters<IIdentityProvider['mint']>) => {
              clock.now += 200;
              return records.length === 2
                ? { kind: 'fatal', code: 'identity_refused', why: 'no' }
                : target.mint(...given);
            }
          : (Reflect.get(target, name) as unknown)
    });
    const provider = observed(
      slow,
      () => clock.now,
      record => {
        records.push(record);
        metrics.called(record);
      }
    );
    for (let n = 0; n < 3; n += 1) {
      await provider.mint(null, ['a'], AbortSignal.timeout(1000));
    }
    const text = await metrics.text();
    const P = 'jupyterlab_batch_provider';
    const labels = 'provider="simulated",call="mint"';
    for (const line of [
      `${P}_calls_total{${labels},outcome="ok"} 2`,
      `${P}_calls_total{${labels},outcome="fatal"} 1`,
      `${P}_call_seconds_bucket{${labels},le="0.1"} 0`,
      `${P}_call_seconds_bucket{${labels},le="0.5"} 3`,
      `${P}_call_seconds_bucket{${labels},le="+Inf"} 3`,
      `${P}_call_seconds_count{${labels}} 3`,
      `${P}_last_success_timestamp_seconds{provider="simulated"} 1.4`
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('tell how long revocations took', async () => {
    const metrics = new Metrics(store, () => 0);
    const tokens = dying.tokens.map(one => ({ ...one, endedAt: 4000 }));
    metrics.ended({ ...dying, tokens });
    const text = await metrics.text();
    expect(text).toContain(
      'jupyterlab_batch_revocation_lag_seconds_sum{provider="p"} 3\n'
    );
  });
});

it('answers probes in plain text', async () => {
  const app = Fastify();
  let why: string | null = null;
  serveOperations(app, {
    unready: async () => why,
    metrics: async () => 'x 1\n'
  });
  const get = (url: string) => app.inject({ url });
  expect((await get('/livez')).body).toBe('ok\n');
  expect((await get('/readyz')).statusCode).toBe(200);
  why = 'the broker is leaving';
  expect(await get('/readyz')).toMatchObject({
    statusCode: 503,
    body: 'the broker is leaving\n'
  });
  expect((await get('/metrics')).headers['content-type']).toContain('0.0.4');
});
