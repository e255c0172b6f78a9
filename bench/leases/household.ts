/** A broker's leases without its doors: the real store, interpreter and effects. */
import { createProvider } from '../../broker/src/identity/create.ts';
import type { Fetch } from '../../broker/src/identity/wire.ts';
import type { ILeaseDoc } from '../../broker/src/leases/doc.ts';
import {
  AT_ONCE,
  leaseEffects,
  type LeaseIntentKind
} from '../../broker/src/leases/effects/index.ts';
import { leaseMachine } from '../../broker/src/leases/machine.ts';
import type { ILeaseProvider } from '../../broker/src/leases/ports.ts';
import { LeaseService } from '../../broker/src/leases/service.ts';
import { leaseColumns } from '../../broker/src/leases/view.ts';
import { Interpreter } from '../../broker/src/lifecycle/interpreter.ts';
import { Secret } from '../../broker/src/secrets/secret.ts';
import { Vault } from '../../broker/src/secrets/vault.ts';
import type { Store } from '../../broker/src/store/store.ts';

const clock = Date.now;
export const KEY = Buffer.alloc(32, 7);

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined
};

interface IHouseholdOptions {
  readonly renewal?: 'refresh';
  /** what providers are asked by; absent: the platform's own */
  readonly fetch?: Fetch;
}

export class Household {
  readonly store: Store;
  readonly interpreter: Interpreter;
  readonly service: LeaseService;
  readonly vault = new Vault([KEY], KEY);

  /** @param urls of the issuers by the name of their entry */
  constructor(
    store: Store,
    urls: ReadonlyMap<string, string>,
    registration: string,
    { renewal, fetch }: IHouseholdOptions = {}
  ) {
    this.store = store;
    // A lease without a run is no change that the store tells anybody of.
    const listeners = new Set<() => void>();
    const commit = store.commit.bind(store);
    store.commit = async what => {
      await commit(what);
      listeners.forEach(listener => queueMicrotask(listener));
    };
    this.interpreter = new Interpreter({
      store,
      clock,
      random: Math.random,
      log: silent
    });
    this.interpreter.register(leaseMachine, leaseColumns);
    this.interpreter.register(
      {
        name: 'run',
        label: () => '',
        step: (state: object) => ({ state, fits: true, intents: [], sends: [] })
      },
      () => null
    );
    const providers = new Map<string, ILeaseProvider>(
      [...urls].map(([name, url]) => [
        name,
        createProvider(
          name,
          {
            provider: 'oauth2',
            issuer: url,
            scopes: ['jobs:read'],
            trusted_user: true,
            resource_probe: `${url}/api/me`,
            registration_token_file: '/registration',
            ...(renewal && { renewal })
          },
          {
            clock,
            readSecretFile: async () => new Secret(registration),
            ...(fetch && { fetch })
          }
        )
      ])
    );
    const leases = {
      read: async (id: string) =>
        (await store.read('lease', id)) as unknown as ILeaseDoc | null,
      watch: (_lease: string, listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      }
    };
    const effects = leaseEffects({
      store: leases,
      providers,
      vault: this.vault,
      erase: () => store.scrub(),
      random: Math.random,
      clock
    });
    for (const kind of Object.keys(effects) as LeaseIntentKind[]) {
      this.interpreter.effect(kind, effects[kind], AT_ONCE);
    }
    this.service = new LeaseService({
      store: leases,
      dispatcher: this.interpreter,
      providers,
      vault: this.vault,
      clock,
      notBefore: async () => 0
    });
  }

  /** @returns ids of so many leases, not asked for anything yet */
  async promise(count: number, provider = 'platform'): Promise<string[]> {
    const born = await Promise.all(
      Array.from({ length: count }, (_, n) =>
        this.service.create(`run-${n}`, provider)
      )
    );
    await Promise.all(
      born.map(({ id, state }) => this.interpreter.create('lease', id, state))
    );
    return born.map(({ id }) => id);
  }

  async send(ids: readonly string[], event: { type: string }): Promise<void> {
    await Promise.all(
      ids.map(id => this.interpreter.dispatch('lease', id, event))
    );
  }

  async read(id: string): Promise<ILeaseDoc> {
    const doc = await this.store.read('lease', id);
    if (!doc) {
      throw new Error(`no lease ${id}`);
    }
    return doc as unknown as ILeaseDoc;
  }

  /** Waits until all of them are so. */
  async until(
    ids: readonly string[],
    is: (lease: ILeaseDoc) => boolean
  ): Promise<void> {
    const late = Date.now() + 300_000;
    let left = ids;
    while (left.length > 0) {
      // The first that is not there yet is enough to know.
      const lease = await this.read(left[0] ?? '');
      if (is(lease)) {
        left = left.slice(1);
      } else if (Date.now() > late) {
        throw new Error(`${left.length} do not get there: ${lease.problem}`);
      } else {
        await new Promise(resolve => setTimeout(resolve, 2));
      }
    }
  }

  /** Up to the moment before the claim. */
  async armed(count: number): Promise<string[]> {
    const ids = await this.promise(count);
    await this.send(ids, { type: 'provision' });
    await this.until(ids, lease => lease.phase === 'READY');
    await this.send(ids, { type: 'armed' });
    return ids;
  }

  claim(ids: readonly string[]): Promise<void> {
    const deadline = Date.now() + 3_600_000;
    const event = { type: 'claim', attempt: 1, deadline };
    return this.send(ids, event);
  }

  drain(ids: readonly string[]): Promise<void> {
    const event = { type: 'drain', why: 'the job ended' };
    return this.send(ids, event);
  }
}

export const isMinted = (lease: ILeaseDoc): boolean => lease.tokens.length > 0;
export const isClosed = (lease: ILeaseDoc): boolean => lease.closedAt !== null;
