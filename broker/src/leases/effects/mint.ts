import type { IEffect, IIntent, Outcome } from '../../lifecycle/types.ts';
import type { ILeaseDoc } from '../doc.ts';
import {
  Begun,
  brokenBy,
  NOT_CONFIGURED,
  openClient,
  providerOf,
  REPLY_LOST,
  sealAnswer,
  tell,
  type ILeaseWorld
} from './world.ts';

/** Asks for a token; a reply that was lost is never asked for twice in silence. */
export class MintEffect implements IEffect {
  readonly #world: ILeaseWorld;
  readonly #begun = new Begun();

  constructor(world: ILeaseWorld) {
    this.#world = world;
  }

  async perform(intent: IIntent, signal: AbortSignal): Promise<Outcome> {
    const jitter = this.#world.random();
    const failed = { type: 'mint_failed', residue: null, jitter } as const;
    const lease = await this.#world.store.read(intent.subject);
    if (!lease) {
      return tell({ type: 'mint_skipped' });
    }
    if (this.#begun.has(intent)) {
      return tell({ ...failed, fault: REPLY_LOST });
    }
    if (lease.drained !== null) {
      return tell({ type: 'mint_skipped' });
    }
    const provider = providerOf(this.#world, lease);
    if (!provider) {
      return tell({ ...failed, fault: NOT_CONFIGURED });
    }
    try {
      const client = openClient(this.#world, lease);
      this.#begun.note(intent);
      const answer = await provider.mint(
        client,
        lease.scopes,
        signal,
        this.#life(lease)
      );
      const sealed = await sealAnswer(this.#world, lease, answer);
      return tell(
        'grant' in sealed
          ? { type: 'minted', grant: sealed.grant }
          : { ...failed, ...sealed }
      );
    } catch (error) {
      const fault = this.#begun.has(intent) ? REPLY_LOST : brokenBy(error);
      return tell({ ...failed, fault });
    }
  }

  /** Seconds until its run has to be over, where the provider heeds them. */
  #life({ profile, deadline }: ILeaseDoc): number | undefined {
    return profile?.narrowsLife && deadline !== null
      ? Math.max(1, Math.ceil((deadline - this.#world.clock()) / 1000))
      : undefined;
  }
}
