import type { IEffect, IIntent, Outcome } from '../../lifecycle/types.ts';
import { generationOf, refreshTokenOf } from '../doc.ts';
import {
  Begun,
  brokenBy,
  NOT_CONFIGURED,
  openClient,
  openToken,
  providerOf,
  REPLY_LOST,
  sealAnswer,
  tell,
  type ILeaseWorld
} from './world.ts';

/**
 * Trades the refresh token for a token. Nobody else does, and not twice: a reply
 * that was lost is told, and the machine decides about another try.
 */
export class RefreshEffect implements IEffect {
  readonly #world: ILeaseWorld;
  readonly #begun = new Begun();

  constructor(world: ILeaseWorld) {
    this.#world = world;
  }

  async perform(intent: IIntent, signal: AbortSignal): Promise<Outcome> {
    const jitter = this.#world.random();
    const generation = Number(intent.payload.generation);
    const skipped = tell({ type: 'refresh_skipped', generation });
    const failed = {
      type: 'refresh_failed',
      generation,
      residue: null,
      jitter
    } as const;
    const lease = await this.#world.store.read(intent.subject);
    if (!lease) {
      return skipped;
    }
    if (this.#begun.has(intent)) {
      return tell({ ...failed, fault: REPLY_LOST });
    }
    const head = refreshTokenOf(lease);
    if (!head || lease.drained !== null || generationOf(lease) !== generation) {
      return skipped;
    }
    const provider = providerOf(this.#world, lease);
    if (!provider) {
      return tell({ ...failed, fault: NOT_CONFIGURED });
    }
    try {
      const client = openClient(this.#world, lease);
      const token = openToken(this.#world, lease, head);
      this.#begun.note(intent);
      const { scopes } = lease;
      const answer = await provider.refresh(client, token, scopes, signal);
      const sealed = await sealAnswer(this.#world, lease, answer);
      return tell(
        'grant' in sealed
          ? { type: 'refreshed', generation, grant: sealed.grant }
          : { ...failed, ...sealed }
      );
    } catch (error) {
      const fault = this.#begun.has(intent) ? REPLY_LOST : brokenBy(error);
      return tell({ ...failed, fault });
    }
  }
}
