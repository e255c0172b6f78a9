/**
 * What the leases ask of other rooms, in their own words. `app.ts` hands in an
 * identity provider and the vault; both fit by their shape.
 */
import type { Secret } from '../secrets/secret.ts';
import type { ILeaseDoc } from './doc.ts';

export interface IProfile {
  readonly revocation: boolean;
  readonly introspection: boolean;
  readonly probe: boolean;
  /** who issues; absent in leases of earlier versions */
  readonly issuer?: string;
  /** measured: whether a revocation ends a token where it is used */
  readonly proven?: boolean;
  /** ms that a resource may go by what it knew before a revocation */
  readonly lag?: number;
  /** measured: a token of a shorter life can be had by asking for it */
  readonly narrowsLife?: boolean;
  /**
   * How a token follows another: by a refresh token, or a fresh grant where that
   * is dead; by a refresh token only; absent: by a fresh grant each time
   */
  readonly renewal?: 'refresh' | 'refresh_only';
}

export interface IClient {
  readonly id: string;
  readonly secret: Secret | null;
  readonly management: { readonly uri: string; readonly token: Secret } | null;
  /** when its secret ends by itself, ms; null: it does not */
  readonly expiresAt: number | null;
}

export interface IGrant {
  readonly token: Secret;
  readonly type: string;
  /** ms since the epoch; null: the provider did not say */
  readonly expiresAt: number | null;
  readonly scopes: readonly string[];
  readonly selfContained: boolean;
  readonly refresh: {
    readonly token: Secret;
    /** ms since the epoch; null: the provider did not say */
    readonly expiresAt: number | null;
  } | null;
}

/** Why asking again changes nothing; the words of `identity/provider.ts`. */
export type FaultCode =
  'identity_refused' | 'unsupported' | 'unknown_client' | 'unknown_token';

export interface IRefusal {
  readonly kind: 'retry' | 'fatal';
  readonly why: string;
  readonly code?: FaultCode;
  readonly afterMs?: number | null;
  readonly maybeApplied?: boolean;
  readonly residue?: IGrant;
}

export type Answer<T> = { readonly kind: 'ok'; readonly value: T } | IRefusal;

export type TokenHint = 'access_token' | 'refresh_token';

export interface ILeaseProvider {
  readonly name: string;
  readonly client: 'per_lease' | 'shared';
  readonly issuer?: string;
  readonly scopes: readonly string[];
  profile(signal: AbortSignal): Promise<Answer<IProfile>>;
  createClient(
    name: string,
    scopes: readonly string[],
    signal: AbortSignal
  ): Promise<Answer<IClient>>;
  findClients?(
    name: string,
    signal: AbortSignal
  ): Promise<Answer<readonly IClient[]>>;
  mint(
    client: IClient | null,
    scopes: readonly string[],
    signal: AbortSignal,
    /** seconds that it need not outlive */
    life?: number
  ): Promise<Answer<IGrant>>;
  refresh(
    client: IClient | null,
    refreshToken: Secret,
    scopes: readonly string[],
    signal: AbortSignal
  ): Promise<Answer<IGrant>>;
  revoke(
    client: IClient | null,
    token: Secret,
    signal: AbortSignal,
    hint?: TokenHint
  ): Promise<Answer<null>>;
  probe(token: Secret, signal: AbortSignal): Promise<Answer<'alive' | 'dead'>>;
  introspect(
    client: IClient | null,
    token: Secret,
    signal: AbortSignal,
    hint?: TokenHint
  ): Promise<Answer<'active' | 'inactive'>>;
  deleteClient(client: IClient, signal: AbortSignal): Promise<Answer<null>>;
}

/** A lease as far as sealing goes; `key` is its data key, wrapped. */
export interface IKeyOwner {
  readonly id: string;
  readonly key: string | null;
}

/** Seals a secret for the database, with the lease's own key. */
export interface ISealer {
  newKey(lease: string): string;
  seal(lease: IKeyOwner, field: string, secret: Secret): string;
  unseal(lease: IKeyOwner, field: string, sealed: string): Secret;
  /** Stands for a value in audit rows: equal values, equal marks, no way back. */
  mark(secret: Secret): string;
}

export interface ILeaseStore {
  /** The lease as it was last committed. */
  read(lease: string): Promise<ILeaseDoc | null>;
  /**
   * Calls back after each commit that touches the lease.
   *
   * @returns ends it
   */
  watch(lease: string, listener: () => void): () => void;
}

/** Truncates what the store may still hold of an erased secret. */
export type Erase = (lease: ILeaseDoc) => Promise<void>;
