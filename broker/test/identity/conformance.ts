import type { IPlatform, IPlatformOptions } from '@jupyterlab-batch/platform';
import { afterEach, describe, expect, it } from 'vitest';

import type {
  Answer,
  IClient,
  IIdentityProvider
} from '../../src/identity/provider.ts';
import { Secret } from '../../src/secrets/secret.ts';

export const signal = AbortSignal.timeout(60_000);

/** The value, or a failed test that says what came instead. */
export function value<T>(answer: Answer<T>): T {
  if (answer.kind !== 'ok') {
    throw new Error(`${answer.kind}: ${answer.why}`);
  }
  return answer.value;
}

export interface IUnderTest {
  readonly provider: IIdentityProvider;
  readonly platform: IPlatform;
}

export interface IExpected {
  /** what a resource says after a revocation that the issuer accepted */
  readonly atResource: 'alive' | 'dead';
  readonly selfContained: boolean;
}

/** What every identity provider must do. */
export function conformance(
  title: string,
  start: (options?: IPlatformOptions) => Promise<IUnderTest>,
  expected: IExpected
): void {
  describe(title, () => {
    let running: IPlatform | null = null;
    const begin = async (options?: IPlatformOptions) => {
      const both = await start(options);
      running = both.platform;
      return both;
    };
    const enrol = async (
      provider: IIdentityProvider,
      name: string
    ): Promise<IClient | null> =>
      provider.client === 'shared'
        ? null
        : value(await provider.createClient(name, ['jobs:read'], signal));

    afterEach(async () => {
      await running?.close();
      running = null;
    });

    it('says what it can do', async () => {
      const { provider, platform } = await begin();
      expect(value(await provider.profile(signal))).toEqual({
        revocation: true,
        introspection: true,
        probe: true,
        issuer: new URL(platform.url).href
      });
    });

    it('mints, proves alive, revokes, proves the end', async () => {
      const { provider, platform } = await begin();
      const client = await enrol(provider, 'lease-1');
      const grant = value(await provider.mint(client, ['jobs:read'], signal));
      expect(grant.type).toBe('Bearer');
      expect(grant.scopes).toEqual(['jobs:read']);
      expect(grant.selfContained).toBe(expected.selfContained);
      expect(grant.expiresAt).toBeGreaterThan(Date.now() + 200_000);
      expect(value(await provider.probe(grant.token, signal))).toBe('alive');
      expect(
        value(await provider.introspect(client, grant.token, signal))
      ).toBe('active');

      value(await provider.revoke(client, grant.token, signal));
      expect(
        value(await provider.introspect(client, grant.token, signal))
      ).toBe('inactive');
      expect(value(await provider.probe(grant.token, signal))).toBe(
        expected.atResource
      );
      expect(platform.inventory().tokens.map(token => token.alive)).toEqual([
        false
      ]);
    });

    it('revokes a dead or unknown token without complaint', async () => {
      const { provider } = await begin();
      const client = await enrol(provider, 'lease-1');
      const { token } = value(
        await provider.mint(client, ['jobs:read'], signal)
      );
      value(await provider.revoke(client, token, signal));
      value(await provider.revoke(client, token, signal));
      value(await provider.revoke(client, new Secret('nonsense'), signal));
      expect(value(await provider.probe(new Secret('nonsense'), signal))).toBe(
        'dead'
      );
    });

    it('is refused a scope that its client may not have', async () => {
      const { provider } = await begin();
      const client = await enrol(provider, 'lease-1');
      const answer = await provider.mint(client, ['meta:write'], signal);
      expect(answer).toMatchObject({
        kind: 'fatal',
        code: 'identity_refused',
        why: 'answered 400 invalid_scope'
      });
    });

    it('names its clients, deletes them, and deleting again is fine', async () => {
      const { provider, platform } = await begin();
      if (provider.client === 'shared') {
        expect(platform.inventory().clients).toEqual([]);
        return;
      }
      const client = value(
        await provider.createClient('lease-7', ['jobs:read'], signal)
      );
      expect(platform.inventory().clients).toEqual([
        { id: client.id, name: 'lease-7' }
      ]);
      const { token } = value(
        await provider.mint(client, ['jobs:read'], signal)
      );
      value(await provider.deleteClient(client, signal));
      expect(platform.inventory().clients).toEqual([]);
      // The reason for "revoke first": the token outlives its client …
      expect(value(await provider.probe(token, signal))).toBe('alive');
      // … and can no longer be revoked.
      expect(await provider.revoke(client, token, signal)).toMatchObject({
        kind: 'fatal',
        code: 'unknown_client'
      });
      value(await provider.deleteClient(client, signal));
    });

    it('tells a lost reply from a request that never left', async () => {
      let lose = false;
      const { provider, platform } = await begin({
        fault: request =>
          lose && request.path === '/token' ? { kind: 'lose_reply' } : undefined
      });
      const client = await enrol(provider, 'lease-1');
      lose = true;
      expect(await provider.mint(client, ['jobs:read'], signal)).toMatchObject({
        kind: 'retry',
        maybeApplied: true
      });
      expect(platform.inventory().tokens).toHaveLength(1);
      await platform.close();
      running = null;
      // A turn of the loop, in which a kept connection hears of its end: on one that
      // has not, a request counts as sent, for nobody could tell.
      await new Promise(resolve => setImmediate(resolve));
      expect(await provider.mint(client, ['jobs:read'], signal)).toMatchObject({
        kind: 'retry',
        maybeApplied: false,
        why: 'cannot be reached (ECONNREFUSED)'
      });
    });

    it('stops when it is told to', async () => {
      const { provider } = await begin();
      const answer = await provider.mint(
        null,
        ['jobs:read'],
        AbortSignal.abort()
      );
      expect(answer.kind).toBe('retry');
    });
  });
}
