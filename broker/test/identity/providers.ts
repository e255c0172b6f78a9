import type { IPlatform } from '@jupyterlab-batch/platform';

import { createProvider } from '../../src/identity/create.ts';
import type { IIdentityProvider } from '../../src/identity/provider.ts';
import { Secret } from '../../src/secrets/secret.ts';

export const SHARED = {
  id: 'community',
  secret: 'shared-secret-of-the-community',
  scopes: ['jobs:read', 'meta:write']
};

interface IEntry {
  readonly scopes?: readonly string[];
  readonly shared?: boolean;
  readonly probe?: boolean;
  readonly timeoutMs?: number;
  readonly renewal?: 'mint' | 'refresh' | 'refresh_only';
  /** the address to go to, where it is not the platform's own */
  readonly issuer?: string;
}

/** The provider of a platform, configured as an operator would. */
export function providerOf(
  platform: Pick<IPlatform, 'url' | 'initialAccessToken'>,
  {
    scopes = ['jobs:read', 'meta:write'],
    shared = false,
    probe = true,
    timeoutMs,
    renewal = 'mint',
    issuer = platform.url
  }: IEntry = {}
): IIdentityProvider {
  return createProvider(
    'platform',
    {
      provider: 'oauth2',
      issuer,
      scopes,
      trusted_user: true,
      renewal,
      resource_probe: probe ? `${issuer}/api/me` : null,
      ...(shared
        ? {
            client: 'shared' as const,
            client_id: SHARED.id,
            client_secret_file: '/secret'
          }
        : { registration_token_file: '/registration' })
    },
    {
      clock: Date.now,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      readSecretFile: async path =>
        new Secret(
          path === '/secret' ? SHARED.secret : platform.initialAccessToken
        )
    }
  );
}
