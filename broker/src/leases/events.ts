import type { FaultCode, IProfile } from './ports.ts';

/** Why a call did not succeed; our own words only. */
export interface IFault {
  readonly kind: 'retry' | 'fatal';
  readonly code: FaultCode | null;
  readonly why: string;
  /** ms that the provider asked for */
  readonly afterMs: number | null;
  /** the reply was lost: it may have been done */
  readonly maybeApplied: boolean;
}

export interface ISealedGrant {
  readonly sealed: string;
  /** stands for the token in audit rows (HMAC) */
  readonly mark: string;
  readonly expiresAt: number | null;
  readonly selfContained: boolean;
  readonly scopes: readonly string[];
  readonly refresh?: {
    readonly sealed: string;
    readonly mark: string;
    readonly expiresAt: number | null;
  } | null;
}

/** In [0, 1): spreads what would otherwise come back together. */
interface IJitter {
  readonly jitter: number;
}

export type LeaseEvent =
  // from the run
  | { readonly type: 'provision' }
  | { readonly type: 'armed' }
  | {
      readonly type: 'claim';
      readonly attempt: number;
      /** ms since the epoch */
      readonly deadline: number;
    }
  | {
      readonly type: 'drain';
      readonly why: string;
      /** the run will say `looked` before the secrets may be erased */
      readonly look?: boolean;
    }
  | { readonly type: 'looked' }
  // from an operator: whatever its run does
  | { readonly type: 'rekey'; readonly key: string }
  | { readonly type: 'revoke'; readonly why: string }
  // from the job, by the service
  | { readonly type: 'renew' }
  | { readonly type: 'used'; readonly count: number }
  // outcomes
  | {
      readonly type: 'registered';
      /** null: the provider's shared client */
      readonly client: string | null;
      /** when its secret ends by itself, ms; null: it does not */
      readonly expiresAt: number | null;
      /** stands for the client in audit rows (HMAC) */
      readonly mark: string | null;
      readonly profile: IProfile;
    }
  | ({ readonly type: 'register_failed'; readonly fault: IFault } & IJitter)
  | { readonly type: 'register_skipped' }
  | { readonly type: 'try_again' }
  | { readonly type: 'minted'; readonly grant: ISealedGrant }
  | ({
      readonly type: 'mint_failed';
      readonly fault: IFault;
      /** a token that breaks the rules: it has to die */
      readonly residue: ISealedGrant | null;
    } & IJitter)
  | { readonly type: 'mint_skipped' }
  // each names the generation that it was begun with
  | {
      readonly type: 'refreshed';
      readonly generation: number;
      readonly grant: ISealedGrant;
    }
  | ({
      readonly type: 'refresh_failed';
      readonly generation: number;
      readonly fault: IFault;
      readonly residue: ISealedGrant | null;
    } & IJitter)
  | { readonly type: 'refresh_skipped'; readonly generation: number }
  | { readonly type: 'revoked'; readonly n: number }
  | ({
      readonly type: 'revoke_failed';
      readonly n: number;
      readonly fault: IFault;
    } & IJitter)
  | ({
      readonly type: 'probed';
      readonly n: number;
      readonly verdict: 'alive' | 'dead';
    } & IJitter)
  | ({
      readonly type: 'probe_failed';
      readonly n: number;
      readonly fault: IFault;
    } & IJitter)
  | ({
      readonly type: 'introspected';
      readonly n: number;
      readonly verdict: 'active' | 'inactive';
    } & IJitter)
  | ({
      readonly type: 'introspect_failed';
      readonly n: number;
      readonly fault: IFault;
    } & IJitter)
  | { readonly type: 'client_deleted' }
  | ({ readonly type: 'delete_failed'; readonly fault: IFault } & IJitter)
  | { readonly type: 'erased' };

export type Of<T extends LeaseEvent['type']> = Extract<
  LeaseEvent,
  { readonly type: T }
>;
