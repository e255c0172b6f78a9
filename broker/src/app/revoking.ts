import {
  BatchError,
  problem,
  type RevokeReply,
  type RevokeRequest
} from '@jupyterlab-batch/protocol';

import type { Clock, IDispatcher } from '../lifecycle/types.ts';
import type { ILeaseRow, IStore } from '../store/types.ts';

interface IRevokingWorld {
  readonly store: Pick<
    IStore,
    'leases' | 'leasesOf' | 'resolve' | 'notBefore' | 'setNotBefore'
  >;
  readonly dispatcher: IDispatcher;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
}

/** The kill switches: one lease, those of a run, or all that was ever issued. */
export class Revoking {
  readonly #world: IRevokingWorld;

  constructor(world: IRevokingWorld) {
    this.#world = world;
  }

  /** @throws BatchError `invalid_request`, `not_found`, `ambiguous_id` */
  async revoke(request: RevokeRequest): Promise<RevokeReply> {
    const { ids, run, all } = request;
    if ([ids !== null, run !== null, all].filter(Boolean).length !== 1) {
      throw new BatchError(
        problem(
          'invalid_request',
          'Say exactly one of: which leases, which run, or all.'
        )
      );
    }
    const { store } = this.#world;
    const open = await store.leases(0);
    if (all) {
      // First of all: what is being issued at this moment does not hold either.
      await this.#draw();
    }
    const meant =
      run !== null
        ? await store.leasesOf(await store.resolve(run))
        : ids !== null
          ? ids.map(id => pick(open, id))
          : open;
    await this.#end(
      meant.map(lease => lease.id),
      'revoked by hand'
    );
    const after = new Map(
      (await store.leases(-1)).map(lease => [lease.id, lease.state])
    );
    return {
      leases: meant.map(({ id, run: of, state }) => ({
        id,
        run: of,
        state: (after.get(id) ??
          state) as RevokeReply['leases'][number]['state']
      })),
      not_before: iso(await store.notBefore())
    };
  }

  /**
   * At start: what was issued before the line does not come back to life, also
   * where an older database was put back.
   *
   * @param isOlder the database lacks rows that were written once
   */
  async enforce(
    isOlder: boolean,
    issuedAt: (lease: string) => Promise<number>
  ): Promise<void> {
    const { store, log } = this.#world;
    if (isOlder) {
      await this.#draw();
      log.warn(
        { alarm: 'older_database' },
        'the database is older than audit.anchor says: all credentials in it are revoked'
      );
    }
    const line = await store.notBefore();
    const early: string[] = [];
    for (const { id } of line > 0 ? await store.leases(0) : []) {
      if (isOlder || (await issuedAt(id)) <= line) {
        early.push(id);
      }
    }
    await this.#end(early, 'revoked: issued before the line');
  }

  /** Before it lies all there is, also where the clock was set back since. */
  async #draw(): Promise<void> {
    const { store, clock } = this.#world;
    await store.setNotBefore(Math.max(clock(), (await store.notBefore()) + 1));
  }

  async #end(leases: readonly string[], why: string): Promise<void> {
    await Promise.all(
      leases.map(id =>
        this.#world.dispatcher.dispatch(
          'lease',
          id,
          Object.assign({ type: 'revoke' }, { why })
        )
      )
    );
  }
}

/** @throws BatchError `not_found`, `ambiguous_id` */
function pick(open: readonly ILeaseRow[], given: string): ILeaseRow {
  const id = given.toLowerCase();
  const found = open.filter(
    lease => lease.id.startsWith(id) || lease.id.endsWith(id)
  );
  const [first] = found.filter(lease => lease.id === id).concat(found);
  if (!first) {
    throw new BatchError(
      problem(
        'not_found',
        `No open lease is called ${given}. See jupyter batch leases.`
      )
    );
  }
  if (found.length > 1 && first.id !== id) {
    throw new BatchError(
      problem(
        'ambiguous_id',
        `${found.length} open leases are called ${given}. Give more of the id.`
      )
    );
  }
  return first;
}

const iso = (ms: number): string | null =>
  ms > 0 ? new Date(ms).toISOString() : null;
