import type { IEffect, IIntent, Outcome } from '../../lifecycle/types.ts';
import { Secret } from '../../secrets/secret.ts';
import type { ILeaseDoc } from '../doc.ts';
import type { ILeaseProvider } from '../ports.ts';
import {
  Begun,
  BROKEN,
  faultOf,
  NOT_CONFIGURED,
  REPLY_LOST,
  sealClient,
  tell,
  type ILeaseWorld
} from './world.ts';

/** Registers the lease's own client, or makes sure that the shared one can be used. */
export class RegisterEffect implements IEffect {
  readonly #world: ILeaseWorld;
  readonly #begun = new Begun();

  constructor(world: ILeaseWorld) {
    this.#world = world;
  }

  async perform(intent: IIntent, signal: AbortSignal): Promise<Outcome> {
    const jitter = this.#world.random();
    const lease = await this.#world.store.read(intent.subject);
    const provider = lease && this.#world.providers.get(lease.provider);
    if (!lease) {
      return tell({ type: 'register_skipped' });
    }
    if (!provider) {
      return tell({ type: 'register_failed', fault: NOT_CONFIGURED, jitter });
    }
    const perLease = provider.client === 'per_lease';
    if (perLease && this.#begun.has(intent)) {
      return this.#reconcile(intent, lease, provider, jitter, signal);
    }
    if (lease.drained !== null) {
      return tell({ type: 'register_skipped' });
    }
    try {
      const profile = await provider.profile(signal);
      if (profile.kind !== 'ok') {
        const fault = { ...faultOf(profile), maybeApplied: false };
        return tell({ type: 'register_failed', fault, jitter });
      }
      if (!perLease) {
        const none = { client: null, expiresAt: null, mark: null };
        const event = { type: 'registered', ...none } as const;
        return tell({ ...event, profile: profile.value });
      }
      this.#begun.note(intent);
      const made = await provider.createClient(lease.id, lease.scopes, signal);
      return made.kind === 'ok'
        ? tell({
            type: 'registered',
            client: await sealClient(this.#world, lease, made.value),
            expiresAt: made.value.expiresAt,
            mark: this.#world.vault.mark(new Secret(made.value.id)),
            profile: profile.value
          })
        : tell({ type: 'register_failed', fault: faultOf(made), jitter });
    } catch {
      const fault = this.#begun.has(intent) ? REPLY_LOST : BROKEN;
      return tell({ type: 'register_failed', fault, jitter });
    }
  }

  /** A client of this name may be there: find it, or name it as lost. */
  async #reconcile(
    intent: IIntent,
    lease: ILeaseDoc,
    provider: ILeaseProvider,
    jitter: number,
    signal: AbortSignal
  ): Promise<Outcome> {
    const lost = tell({ type: 'register_failed', fault: REPLY_LOST, jitter });
    if (!provider.findClients) {
      return lost;
    }
    try {
      const found = await provider.findClients(intent.subject, signal);
      const profile = await provider.profile(signal);
      if (found.kind !== 'ok' || profile.kind !== 'ok') {
        // Waiting here would forget the doubt in a second restart: name it now.
        return lost;
      }
      const [first] = found.value;
      this.#begun.forget(intent);
      return first
        ? tell({
            type: 'registered',
            client: await sealClient(this.#world, lease, first),
            expiresAt: first.expiresAt,
            mark: this.#world.vault.mark(new Secret(first.id)),
            profile: profile.value
          })
        : tell({
            type: 'register_failed',
            fault: { ...REPLY_LOST, maybeApplied: false },
            jitter
          });
    } catch {
      return lost;
    }
  }
}
