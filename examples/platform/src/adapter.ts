import type { Adapter, AdapterPayload } from 'oidc-provider';

import type { Inventory } from './inventory.ts';

const TOKENS = new Set(['ClientCredentials', 'AccessToken', 'RefreshToken']);

interface IRow {
  readonly payload: AdapterPayload;
  /** ms since the epoch */
  readonly until: number;
}

/**
 * The provider's storage: memory, nothing evicted but by its own expiry (the
 * bundled one is an LRU of 1,000 entries, which forgets living tokens).
 */
export class Memory {
  readonly #rows = new Map<string, IRow>();
  readonly #inventory: Inventory;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Whether a token of any kind is there and was not used up. */
  holds(id: string): boolean {
    return [...TOKENS].some(model => {
      const payload = this.#find(`${model}:${id}`);
      return payload !== undefined && payload.consumed === undefined;
    });
  }

  /** The newest refresh token that works, with the secret of its client. */
  newestRefresh(): { handle: string; id: string; secret: string } | null {
    const prefix = 'RefreshToken:';
    const key = [...this.#rows.keys()].findLast(
      row => row.startsWith(prefix) && !this.#find(row)?.consumed
    );
    const id = key && this.#find(key)?.clientId;
    const client = id ? this.#find(`Client:${id}`) : undefined;
    return key && id && client
      ? {
          handle: key.slice(prefix.length),
          id,
          secret: String(client.client_secret)
        }
      : null;
  }

  #find(key: string): AdapterPayload | undefined {
    const row = this.#rows.get(key);
    if (row && row.until > Date.now()) {
      return row.payload;
    }
    this.#rows.delete(key);
    return undefined;
  }

  /** One model's door, in the shape that oidc-provider asks for. */
  adapter(model: string): Adapter {
    const key = (id: string) => `${model}:${id}`;
    const inventory = this.#inventory;
    return {
      upsert: async (id, payload, expiresIn) => {
        const until = expiresIn ? Date.now() + expiresIn * 1000 : Infinity;
        this.#rows.set(key(id), { payload, until });
        if (model === 'Client') {
          inventory.addClient(id, String(payload.client_name ?? ''));
          inventory.addSecret(String(payload.client_secret ?? ''));
        }
        if (model === 'RegistrationAccessToken') {
          inventory.addSecret(id);
        }
        if (TOKENS.has(model)) {
          inventory.addToken(id, payload.clientId ?? '', payload.exp ?? 0);
          inventory.addSecret(id);
        }
      },
      find: async id => this.#find(key(id)),
      destroy: async id => {
        const payload = this.#find(key(id));
        this.#rows.delete(key(id));
        // The client's tokens stay: real servers do not kill them either.
        if (model === 'Client') {
          inventory.removeClient(id);
        }
        if (payload && TOKENS.has(model)) {
          const what =
            model === 'RefreshToken' ? 'refresh_revoked' : 'token_revoked';
          inventory.note(what, payload.clientId ?? '');
        }
      },
      consume: async id => {
        const payload = this.#find(key(id));
        if (payload) {
          payload.consumed = Math.floor(Date.now() / 1000);
          inventory.note('refresh_rotated', payload.clientId ?? '');
        }
      },
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
      revokeByGrantId: async grantId => {
        for (const [row, { payload }] of this.#rows) {
          if (row.startsWith(`${model}:`) && payload.grantId === grantId) {
            this.#rows.delete(row);
          }
        }
      }
    };
  }
}
