import type { Health } from '@jupyterlab-batch/protocol';

import type { IBatchApi } from '../tokens';
import { BrokerClock } from './clock';

/** what concerns whoever owns the runs; the rest is for `doctor` */
const CREDENTIALS = 'credentials';

/** Whether it is still the broker that it was, what it warns of, and its time. */
export class BrokerHealth {
  constructor(private readonly _api: IBatchApi) {}

  /** when another broker was found to have taken over; null: still the first */
  get restarted(): Date | null {
    return this._restarted;
  }

  get alarms(): Health['problems'] {
    return this._alarms;
  }

  /** Never rejects: whoever asks has just heard from the broker otherwise. */
  async ask(): Promise<void> {
    try {
      const asked = Date.now();
      const { since, now, problems } = await this._api.call('health', {});
      this.clock.heard(Date.parse(now), asked, Date.now());
      if (this._since !== null && this._since !== since) {
        this._restarted = new Date(since);
      }
      this._since = since;
      this._alarms = problems.filter(({ name }) => name === CREDENTIALS);
    } catch {
      // The next question will tell.
    }
  }

  readonly clock = new BrokerClock();
  private _since: string | null = null;
  private _restarted: Date | null = null;
  private _alarms: Health['problems'] = [];
}
