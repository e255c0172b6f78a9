import type { IProfile } from '../../src/leases/ports.ts';

/** What a simulated provider is like. */
export interface IWorldOptions extends IProfile {
  readonly client: 'per_lease' | 'shared';
  readonly selfContained: boolean;
  /** a resource that judges a JWT by its signature alone */
  readonly localResource: boolean;
  /** the issuer refuses to revoke */
  readonly stateless: boolean;
  /** ms; null: the provider does not say, and they live 1 h */
  readonly life: number | null;
  readonly canFind: boolean;
  /** a refresh gives another refresh token, and one that is used twice ends all */
  readonly rotates?: boolean;
  /** refresh tokens also where nobody means to use them */
  readonly unasked?: boolean;
}

/** A provider that does what it should; its tokens live for an hour. */
export const HONEST: IWorldOptions = {
  client: 'per_lease',
  revocation: true,
  introspection: true,
  probe: true,
  selfContained: false,
  localResource: false,
  stateless: false,
  life: 3_600_000,
  canFind: false
};

/** Refresh tokens are used only where their end can be shown. */
export const provable = (options: IWorldOptions): IWorldOptions =>
  options.revocation && options.introspection && !options.stateless
    ? options
    : { ...options, renewal: undefined };
