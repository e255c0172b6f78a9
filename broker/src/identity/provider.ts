import type { Secret } from '../secrets/secret.ts';

/** Why a provider will not do it, however often it is asked. */
export type FatalCode =
  /** it said no, or its answer breaks the rules */
  | 'identity_refused'
  /** it has no such endpoint, or not for this kind of token */
  | 'unsupported'
  /** it does not know this client (any more) */
  | 'unknown_client'
  /** it does not know this token (any more) */
  | 'unknown_token';

export interface IRetry {
  readonly kind: 'retry';
  /** what the provider asked for, in ms; null: it did not say */
  readonly afterMs: number | null;
  /** the provider may have done it: the reply was lost */
  readonly maybeApplied: boolean;
  /** in our own words; nothing that the provider said */
  readonly why: string;
}

export interface IFatal {
  readonly kind: 'fatal';
  readonly code: FatalCode;
  readonly why: string;
  /** a token that was given all the same: somebody has to revoke it */
  readonly residue?: IGrant;
}

/** Never an exception, never upstream text (it may echo a client secret). */
export type Answer<T> =
  { readonly kind: 'ok'; readonly value: T } | IRetry | IFatal;

export const ok = <T>(value: T): Answer<T> => ({ kind: 'ok', value });

/** What this provider can do and prove. */
export interface IProfile {
  readonly revocation: boolean;
  readonly introspection: boolean;
  /** a resource is configured that tells a living token from a dead one */
  readonly probe: boolean;
  /** who issues: of what another one issued it can say nothing */
  readonly issuer: string;
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

/** A client and everything needed to use and to delete it. */
export interface IClient {
  readonly id: string;
  readonly secret: Secret | null;
  /** RFC 7592; null: it cannot be deleted */
  readonly management: { readonly uri: string; readonly token: Secret } | null;
  /** when its secret ends by itself, ms since the epoch; null: it does not */
  readonly expiresAt: number | null;
}

export interface IGrant {
  readonly token: Secret;
  readonly type: string;
  /** ms since the epoch; null: the provider did not say */
  readonly expiresAt: number | null;
  readonly scopes: readonly string[];
  /** a JWT: resources may accept it without asking the issuer */
  readonly selfContained: boolean;
  /** what came with it, asked for or not: it lives until somebody ends it */
  readonly refresh: IRefreshGrant | null;
}

export interface IRefreshGrant {
  readonly token: Secret;
  /** ms since the epoch; null: the provider did not say */
  readonly expiresAt: number | null;
}

/** RFC 7009 §2.1, RFC 7662 §2.1 */
export type TokenHint = 'access_token' | 'refresh_token';

/**
 * Where credentials come from. Every call is idempotent or says when it may
 * have been applied. `client` is null where the provider's own (shared) client
 * is meant.
 */
export interface IIdentityProvider {
  readonly name: string;
  readonly client: 'per_lease' | 'shared';
  readonly issuer: string;
  /** the policy: no lease may ask for more */
  readonly scopes: readonly string[];
  profile(signal: AbortSignal): Promise<Answer<IProfile>>;
  /** @param name the lease id: what an orphan is found by */
  createClient(
    name: string,
    scopes: readonly string[],
    signal: AbortSignal
  ): Promise<Answer<IClient>>;
  /** Clients of this name whose keys are recoverable, where a provider can. */
  findClients?(
    name: string,
    signal: AbortSignal
  ): Promise<Answer<readonly IClient[]>>;
  mint(
    client: IClient | null,
    scopes: readonly string[],
    signal: AbortSignal,
    /** seconds that it need not outlive; most providers do not care */
    life?: number
  ): Promise<Answer<IGrant>>;
  /** The refresh token that comes back may be the same one. */
  refresh(
    client: IClient | null,
    refreshToken: Secret,
    scopes: readonly string[],
    signal: AbortSignal
  ): Promise<Answer<IGrant>>;
  exchange?(
    client: IClient | null,
    subjectToken: Secret,
    scopes: readonly string[],
    signal: AbortSignal
  ): Promise<Answer<IGrant>>;
  /** `ok` says only that the provider said so (RFC 7009 §2.2) */
  revoke(
    client: IClient | null,
    token: Secret,
    signal: AbortSignal,
    hint?: TokenHint
  ): Promise<Answer<null>>;
  /** Asks a resource: does the token still work? */
  probe(token: Secret, signal: AbortSignal): Promise<Answer<'alive' | 'dead'>>;
  /** Asks the issuer. */
  introspect(
    client: IClient | null,
    token: Secret,
    signal: AbortSignal,
    hint?: TokenHint
  ): Promise<Answer<'active' | 'inactive'>>;
  /** Already gone is `ok`. */
  deleteClient(client: IClient, signal: AbortSignal): Promise<Answer<null>>;
}
