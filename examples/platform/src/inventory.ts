import { createHash } from 'node:crypto';

/** What happened at the platform, in order; no value of any credential. */
export interface ILogEntry {
  /** ms since the epoch */
  readonly at: number;
  readonly what: string;
  readonly client: string;
}

/** What the platform holds: the far side's truth about our credentials. */
export interface IInventory {
  readonly clients: { readonly id: string; readonly name: string }[];
  readonly tokens: {
    readonly client: string;
    /** the client's name when it was minted; it outlives the client */
    readonly name: string;
    /** still accepted by the issuer's own store */
    readonly alive: boolean;
    /** digest of the token's handle, never the handle */
    readonly jti: string;
  }[];
  readonly log: ILogEntry[];
}

interface IIssued {
  readonly handle: string;
  readonly client: string;
  readonly name: string;
  readonly jti: string;
  /** seconds since the epoch */
  readonly exp: number;
}

/** Names a token without revealing it: 128 bits of SHA-256, in hex. */
export function digest(handle: string): string {
  return createHash('sha256').update(handle).digest('hex').slice(0, 32);
}

/** Remembers every client and token that ever was, also the dead ones. */
export class Inventory {
  readonly #clients = new Map<string, string>();
  readonly #issued: IIssued[] = [];
  readonly #log: ILogEntry[] = [];
  readonly #secrets = new Set<string>();

  note(what: string, client: string): void {
    this.#log.push({ at: Date.now(), what, client });
  }

  /** Every secret that ever went out, for a test that searches for them. */
  get secrets(): readonly string[] {
    return [...this.#secrets];
  }

  addSecret(value: string): void {
    this.#secrets.add(value);
  }

  addClient(id: string, name: string): void {
    const known = this.#clients.has(id);
    this.#clients.set(id, name);
    if (!known) {
      this.note('client_registered', id);
    }
  }

  removeClient(id: string): void {
    if (this.#clients.delete(id)) {
      this.note('client_deleted', id);
    }
  }

  addToken(handle: string, client: string, exp: number): void {
    const name = this.#clients.get(client) ?? '';
    this.#issued.push({ handle, client, name, jti: digest(handle), exp });
    this.note('token_minted', client);
  }

  /** The handle behind a digest, for tokens that carry only the digest. */
  handleOf(jti: string): string | undefined {
    return this.#issued.find(token => token.jti === jti)?.handle;
  }

  list(inStore: (handle: string) => boolean): IInventory {
    const now = Date.now() / 1000;
    return {
      clients: [...this.#clients].map(([id, name]) => ({ id, name })),
      tokens: this.#issued.map(token => ({
        client: token.client,
        name: token.name,
        alive: token.exp > now && inStore(token.handle),
        jti: token.jti
      })),
      log: [...this.#log]
    };
  }
}
