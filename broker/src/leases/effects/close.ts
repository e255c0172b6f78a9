import type { IEffect, IIntent, Outcome } from '../../lifecycle/types.ts';
import {
  brokenBy,
  faultOf,
  NOT_CONFIGURED,
  openClient,
  providerOf,
  tell,
  type ILeaseWorld
} from './world.ts';

/** Deletes the lease's client; one that is gone already is deleted. */
export class DeleteClientEffect implements IEffect {
  readonly #world: ILeaseWorld;

  constructor(world: ILeaseWorld) {
    this.#world = world;
  }

  async perform(intent: IIntent, signal: AbortSignal): Promise<Outcome> {
    const failed = {
      type: 'delete_failed',
      jitter: this.#world.random()
    } as const;
    try {
      const lease = await this.#world.store.read(intent.subject);
      const provider = lease && providerOf(this.#world, lease);
      const client = lease && openClient(this.#world, lease);
      if (lease && !client) {
        return tell({ type: 'client_deleted' });
      }
      if (!client || !provider) {
        return tell({ ...failed, fault: NOT_CONFIGURED });
      }
      const answer = await provider.deleteClient(client, signal);
      return answer.kind === 'ok'
        ? tell({ type: 'client_deleted' })
        : tell({ ...failed, fault: faultOf(answer) });
    } catch (error) {
      return tell({ ...failed, fault: brokenBy(error) });
    }
  }
}

/** The sealed values left the row; now they leave the files behind it, too. */
export class EraseEffect implements IEffect {
  readonly #world: ILeaseWorld;

  constructor(world: ILeaseWorld) {
    this.#world = world;
  }

  async perform(intent: IIntent): Promise<Outcome> {
    try {
      const lease = await this.#world.store.read(intent.subject);
      if (lease) {
        await this.#world.erase(lease);
      }
      return tell({ type: 'erased' });
    } catch {
      return { kind: 'retry', afterMs: 1000 };
    }
  }
}
