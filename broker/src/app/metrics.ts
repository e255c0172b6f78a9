import type { ICallRecord } from '../identity/observed.ts';
import { labelOf, type ILeaseDoc } from '../leases/doc.ts';
import type { Clock } from '../lifecycle/types.ts';
import type { IStore } from '../store/types.ts';
import { Histogram, metric, series, type Labels } from './histogram.ts';

const P = 'jupyterlab_batch';
/** Leases that are looked at before others get their turn. */
const SLICE = 200;

type ReadStore = Pick<IStore, 'leases' | 'read' | 'orphans' | 'counts'>;

/** What operators watch; in the text form of Prometheus. */
export class Metrics {
  readonly #store: ReadStore;
  readonly #clock: Clock;
  readonly #calls = new Map<string, { labels: Labels; count: number }>();
  readonly #latency = new Histogram();
  readonly #lag = new Histogram();
  readonly #success = new Map<string, number>();

  constructor(store: ReadStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  called = ({ provider, call, outcome, ms }: ICallRecord): void => {
    const labels = { provider, call, outcome };
    const key = JSON.stringify(labels);
    const found = this.#calls.get(key) ?? { labels, count: 0 };
    this.#calls.set(key, { labels, count: found.count + 1 });
    this.#latency.observe({ provider, call }, ms / 1000);
    if (outcome === 'ok') {
      this.#success.set(provider, this.#clock());
    }
  };

  /** Every token of a lease is dead: how long after its end was known. */
  ended = (lease: ILeaseDoc): void => {
    const last = Math.max(0, ...lease.tokens.map(one => one.endedAt ?? 0));
    if (lease.drainedAt && last > 0) {
      const seconds = Math.max(0, last - lease.drainedAt) / 1000;
      this.#lag.observe({ provider: lease.provider }, seconds);
    }
  };

  async text(): Promise<string> {
    const { activeRuns } = await this.#store.counts();
    return [
      metric(`${P}_active_runs`, 'gauge', 'Runs that have not ended.', [
        series(`${P}_active_runs`, {}, activeRuns)
      ]),
      ...(await this.#leases()),
      ...(await this.#orphans()),
      metric(
        `${P}_revocation_lag_seconds`,
        'histogram',
        'From the known end of a job to the proved end of its last token.',
        this.#lag.lines(`${P}_revocation_lag_seconds`)
      ),
      metric(
        `${P}_provider_call_seconds`,
        'histogram',
        'Calls of identity providers; call="mint" is the mint latency.',
        this.#latency.lines(`${P}_provider_call_seconds`)
      ),
      metric(
        `${P}_provider_calls_total`,
        'counter',
        'Calls of identity providers by how they went.',
        [...this.#calls.values()].map(({ labels, count }) =>
          series(`${P}_provider_calls_total`, labels, count)
        )
      ),
      metric(
        `${P}_provider_last_success_timestamp_seconds`,
        'gauge',
        'When a provider last answered as it should.',
        [...this.#success].map(([provider, at]) =>
          series(
            `${P}_provider_last_success_timestamp_seconds`,
            { provider },
            at / 1000
          )
        )
      ),
      ''
    ].join('\n');
  }

  async #leases(): Promise<string[]> {
    const count = new Map<
      string,
      { labels: Labels; n: number; oldest: number }
    >();
    const pending = new Map<string, number>();
    const now = this.#clock();
    for (const [index, { id }] of (await this.#store.leases(0)).entries()) {
      if (index % SLICE === SLICE - 1) {
        await new Promise(resolve => setImmediate(resolve));
      }
      const doc = await this.#store.read('lease', id);
      if (!doc) {
        continue;
      }
      const lease = doc as unknown as ILeaseDoc;
      const { provider } = lease;
      const labels = { provider, state: labelOf(lease) };
      const key = JSON.stringify(labels);
      const found = count.get(key) ?? { labels, n: 0, oldest: 0 };
      const age = (now - (lease.stateSince ?? lease.createdAt)) / 1000;
      const oldest = Math.max(found.oldest, age);
      count.set(key, { labels, n: found.n + 1, oldest });
      if (lease.drainedAt && lease.tokens.some(one => one.end === null)) {
        const waits = (now - lease.drainedAt) / 1000;
        pending.set(provider, Math.max(pending.get(provider) ?? 0, waits));
      }
    }
    const all = [...count.values()];
    const quarantined = all.filter(
      ({ labels }) => labels.state === 'QUARANTINED'
    );
    return [
      metric(
        `${P}_leases`,
        'gauge',
        'Open leases by state.',
        all.map(({ labels, n }) => series(`${P}_leases`, labels, n))
      ),
      metric(
        `${P}_lease_state_seconds_max`,
        'gauge',
        'How long the oldest lease has been in its state.',
        all.map(({ labels, oldest }) =>
          series(`${P}_lease_state_seconds_max`, labels, oldest)
        )
      ),
      metric(
        `${P}_leases_quarantined`,
        'gauge',
        'Tokens that work after three accepted revocations: an alarm.',
        [
          series(
            `${P}_leases_quarantined`,
            {},
            quarantined.reduce((sum, { n }) => sum + n, 0)
          )
        ]
      ),
      metric(
        `${P}_revocation_pending_seconds_max`,
        'gauge',
        'How long the oldest token that has to die has waited for its end.',
        [...pending].map(([provider, waits]) =>
          series(`${P}_revocation_pending_seconds_max`, { provider }, waits)
        )
      )
    ];
  }

  async #orphans(): Promise<string[]> {
    const count = new Map<string, { labels: Labels; n: number }>();
    for (const { kind, provider, end } of await this.#store.orphans(
      this.#clock()
    )) {
      if (end === null) {
        const labels = { provider, kind };
        const key = JSON.stringify(labels);
        count.set(key, { labels, n: (count.get(key)?.n ?? 0) + 1 });
      }
    }
    return [
      metric(
        `${P}_orphans`,
        'gauge',
        'Clients and tokens that nobody holds the keys of.',
        [...count.values()].map(({ labels, n }) =>
          series(`${P}_orphans`, labels, n)
        )
      )
    ];
  }
}
