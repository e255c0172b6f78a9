import type { Health } from '@jupyterlab-batch/protocol';

import type { ILeaseDoc } from '../leases/doc.ts';
import type { Vault } from '../secrets/vault.ts';
import type { IStore } from '../store/types.ts';

/** Leases that are looked at before others get their turn. */
const SLICE = 200;

interface IOtherKeyWorld {
  readonly store: Pick<IStore, 'leases' | 'read'>;
  readonly vault: Pick<Vault, 'knows'>;
  readonly log: { error(fields: object, message: string): void };
}

const FIX =
  'Put the old key file back and restart the broker (jupyter batch broker stop --anyway). If it is lost, ask the provider to end them; jupyter batch leases names their clients.';

/**
 * Open leases that were sealed with another key than there is: they cannot be
 * revoked by this broker, and hinder nothing else.
 */
export class OtherKey {
  readonly #world: IOtherKeyWorld;
  readonly #found = new Set<string>();

  constructor(world: IOtherKeyWorld) {
    this.#world = world;
  }

  /** At start: no lease is sealed with another key afterwards. */
  async look(): Promise<void> {
    const { store, vault, log } = this.#world;
    for (const [index, { id }] of (await store.leases(0)).entries()) {
      if (index % SLICE === SLICE - 1) {
        await new Promise(resolve => setImmediate(resolve));
      }
      const doc = await store.read('lease', id);
      const lease = doc as unknown as ILeaseDoc | null;
      if (lease && !vault.knows({ id, key: lease.key ?? null })) {
        this.#found.add(id);
      }
    }
    if (this.#found.size > 0) {
      const fields = { alarm: 'other_key', leases: [...this.#found] };
      log.error(
        fields,
        'credentials are sealed with another key: no revocation'
      );
    }
  }

  async problems(): Promise<Health['problems']> {
    if (this.#found.size === 0) {
      return [];
    }
    const open = (await this.#world.store.leases(0)).filter(({ id }) =>
      this.#found.has(id)
    );
    return open.length === 0
      ? []
      : [
          {
            name: 'credentials',
            message: `${open.length} sealed with another key than this broker has: they cannot be revoked, and live until they expire`,
            fix: FIX
          }
        ];
  }
}
