import {
  startPlatform,
  type IPlatform,
  type IPlatformOptions
} from '@jupyterlab-batch/platform';
import { describe, expect, it } from 'vitest';

import { createProvider } from '../../src/identity/create.ts';
import type { IIdentityProvider } from '../../src/identity/provider.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { conformance, signal, value } from './conformance.ts';

const SHARED = {
  id: 'community',
  secret: 'shared-secret-of-the-community',
  scopes: ['jobs:read']
};

function perLease(
  platform: IPlatform,
  renewal: 'mint' | 'refresh' = 'mint'
): IIdentityProvider {
  return createProvider(
    'platform',
    {
      provider: 'oauth2',
      issuer: platform.url,
      client: 'per_lease',
      registration_token_file: '/registration',
      scopes: ['jobs:read', 'meta:write'],
      resource_probe: `${platform.url}/api/me`,
      renewal,
      trusted_user: true
    },
    {
      clock: Date.now,
      readSecretFile: async () => new Secret(platform.initialAccessToken)
    }
  );
}

function shared(platform: IPlatform): IIdentityProvider {
  return createProvider(
    'platform',
    {
      provider: 'oauth2',
      issuer: platform.url,
      client: 'shared',
      client_id: SHARED.id,
      client_secret_file: '/secret',
      scopes: ['jobs:read'],
      resource_probe: `${platform.url}/api/me`,
      trusted_user: true
    },
    { clock: Date.now, readSecretFile: async () => new Secret(SHARED.secret) }
  );
}

const starting =
  (fixed: IPlatformOptions, make: (platform: IPlatform) => IIdentityProvider) =>
  async (options: IPlatformOptions = {}) => {
    const platform = await startPlatform({ ...fixed, ...options });
    return { platform, provider: make(platform) };
  };

conformance('opaque tokens', starting({ tokens: 'opaque' }, perLease), {
  atResource: 'dead',
  selfContained: false
});
conformance('signed tokens', starting({ tokens: 'jwt' }, perLease), {
  atResource: 'alive',
  selfContained: true
});
conformance(
  'signed tokens, checked with the issuer',
  starting({ tokens: 'jwt', resource: 'store' }, perLease),
  { atResource: 'dead', selfContained: true }
);
conformance('a shared client', starting({ sharedClient: SHARED }, shared), {
  atResource: 'dead',
  selfContained: false
});

describe('refresh tokens', () => {
  it('are traded, rotated, refused when used again, and revoked', async () => {
    const platform = await startPlatform({ refresh: 'rotating' });
    try {
      const provider = perLease(platform, 'refresh');
      const scopes = ['jobs:read'];
      const client = value(
        await provider.createClient('lease', scopes, signal)
      );
      const one = value(await provider.mint(client, scopes, signal)).refresh;
      if (!one) {
        throw new Error('no refresh token');
      }
      const turned = value(
        await provider.refresh(client, one.token, scopes, signal)
      );
      expect(turned.scopes).toEqual(scopes);
      expect(turned.refresh?.token.reveal()).not.toBe(one.token.reveal());
      const two = turned.refresh?.token ?? one.token;
      const ask = async (of: Secret) =>
        value(await provider.introspect(client, of, signal, 'refresh_token'));
      expect([await ask(one.token), await ask(two)]).toEqual([
        'inactive',
        'active'
      ]);
      value(await provider.revoke(client, two, signal, 'refresh_token'));
      expect(await ask(two)).toBe('inactive');
      // What had come of it goes with it, at this server.
      expect(value(await provider.probe(turned.token, signal))).toBe('dead');
      expect(await provider.refresh(client, two, scopes, signal)).toMatchObject(
        { kind: 'fatal', code: 'unknown_token' }
      );
    } finally {
      await platform.close();
    }
  });

  it('take the whole family along when an old one is used again', async () => {
    const platform = await startPlatform({ refresh: 'rotating' });
    try {
      const provider = perLease(platform, 'refresh');
      const client = value(
        await provider.createClient('lease', ['jobs:read'], signal)
      );
      const first = value(await provider.mint(client, ['jobs:read'], signal));
      const old = first.refresh?.token ?? new Secret('none');
      const next = value(
        await provider.refresh(client, old, ['jobs:read'], signal)
      );
      expect(
        await provider.refresh(client, old, ['jobs:read'], signal)
      ).toMatchObject({
        kind: 'fatal',
        code: 'unknown_token',
        why: 'answered 400 invalid_grant'
      });
      expect(value(await provider.probe(next.token, signal))).toBe('dead');
      expect(platform.inventory().tokens.some(one => one.alive)).toBe(false);
    } finally {
      await platform.close();
    }
  });
});

it('says so when a server does not revoke signed tokens', async () => {
  const platform = await startPlatform({ tokens: 'jwt_stateless' });
  try {
    const provider = perLease(platform);
    const client = value(
      await provider.createClient('lease', ['jobs:read'], signal)
    );
    const grant = value(await provider.mint(client, ['jobs:read'], signal));
    expect(grant.selfContained).toBe(true);
    expect(await provider.revoke(client, grant.token, signal)).toMatchObject({
      kind: 'fatal',
      code: 'unsupported'
    });
    expect(value(await provider.probe(grant.token, signal))).toBe('alive');
  } finally {
    await platform.close();
  }
});

it('is refused with a wrong registration token', async () => {
  const platform = await startPlatform();
  try {
    const provider = createProvider(
      'platform',
      {
        provider: 'oauth2',
        issuer: platform.url,
        registration_token_file: '/registration',
        trusted_user: true
      },
      { clock: Date.now, readSecretFile: async () => new Secret('wrong') }
    );
    const answer = await provider.createClient('lease', [], signal);
    expect(answer.kind).toBe('fatal');
    expect(platform.inventory().clients).toEqual([]);
  } finally {
    await platform.close();
  }
});
