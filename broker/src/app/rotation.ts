import {
  BatchError,
  problem,
  type RotateReply
} from '@jupyterlab-batch/protocol';

import type { ILeaseDoc } from '../leases/doc.ts';
import type { IDispatcher } from '../lifecycle/types.ts';
import type { IKeyFiles } from '../secrets/key.ts';
import type { Vault } from '../secrets/vault.ts';
import type { IStore } from '../store/types.ts';

interface IRotationWorld {
  readonly store: Pick<IStore, 'leases' | 'read' | 'scrub'>;
  readonly dispatcher: IDispatcher;
  readonly vault: Vault;
  readonly files: IKeyFiles;
}

/**
 * Puts another key-encryption key in the place of the one there is. Both are
 * known until every open lease is under the new one; a broker that was killed in
 * between goes on where it was.
 */
export class Rotation {
  readonly #world: IRotationWorld;
  #running: Promise<RotateReply> | null = null;

  constructor(world: IRotationWorld) {
    this.#world = world;
  }

  /** @throws BatchError `invalid_request`, `broker_busy` */
  rotate(): Promise<RotateReply> {
    return (this.#running ??= this.#rotate().finally(() => {
      this.#running = null;
    }));
  }

  /** At start: ends what another broker began. */
  async resume(): Promise<void> {
    if (this.#world.files.begun) {
      await this.#finish();
    }
  }

  async #rotate(): Promise<RotateReply> {
    const { files, vault } = this.#world;
    if (files.given) {
      throw new BatchError(
        problem(
          'invalid_request',
          'The key comes from $CREDENTIALS_DIRECTORY: whoever hands it over has to replace it, while no credential is open.'
        )
      );
    }
    const old = (await this.#open()).filter(
      lease => (lease.key ?? null) === null
    );
    if (old.length > 0) {
      throw new BatchError(
        problem(
          'broker_busy',
          `${old.length} open credentials were sealed by an older version. Wait until they are closed (jupyter batch leases), then try again.`
        )
      );
    }
    if (!files.begun) {
      vault.turnTo(files.begin());
    }
    return this.#finish();
  }

  async #finish(): Promise<RotateReply> {
    const { dispatcher, vault, files, store } = this.#world;
    let rewrapped = 0;
    for (const lease of await this.#open()) {
      // What opens with no key there is stays as it is (`OtherKey` tells of it).
      const key = vault.knows(lease) ? vault.rewrap(lease) : null;
      if (key !== null) {
        rewrapped += 1;
        await dispatcher.dispatch(
          'lease',
          lease.id,
          Object.assign({ type: 'rekey' }, { key })
        );
      }
    }
    files.finish();
    vault.forgetOld();
    // What was wrapped with the old key leaves the files behind the rows too.
    await store.scrub();
    return { rewrapped };
  }

  async #open(): Promise<ILeaseDoc[]> {
    const { store } = this.#world;
    const docs: ILeaseDoc[] = [];
    for (const { id } of await store.leases(0)) {
      const doc = await store.read('lease', id);
      if (doc) {
        docs.push(doc as unknown as ILeaseDoc);
      }
    }
    return docs;
  }
}
