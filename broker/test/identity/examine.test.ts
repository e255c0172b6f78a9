import {
  startPlatform,
  type IPlatform,
  type IPlatformOptions
} from '@jupyterlab-batch/platform';
import { afterEach, describe, expect, it } from 'vitest';

import { examine } from '../../src/identity/examine.ts';
import { isReal, worstCase } from '../../src/identity/findings.ts';
import type { IClient, IGrant } from '../../src/identity/provider.ts';
import { providerOf, SHARED } from './providers.ts';

const BOUND = 1200;
const SLACK = 60_000;

let platform: IPlatform;
let known: (IGrant | IClient)[];
afterEach(() => platform.close());

async function ask(
  options: IPlatformOptions = {},
  entry: Parameters<typeof providerOf>[1] = {},
  signal: AbortSignal = AbortSignal.timeout(60_000)
) {
  platform = await startPlatform(options);
  known = [];
  const provider = providerOf(platform, { timeoutMs: 500, ...entry });
  return examine(provider, 'doctor-1', {
    clock: Date.now,
    sleep: ms => new Promise(resolve => setTimeout(resolve, Math.min(ms, 50))),
    bound: BOUND,
    know: made => known.push(made),
    signal
  });
}

const alive = () =>
  platform.inventory().tokens.filter(token => token.alive).length;
const clients = () => platform.inventory().clients.length;
const worst = (found: Awaited<ReturnType<typeof ask>>) =>
  found.findings ? worstCase(found.findings, SLACK).join(' ') : '';

describe('what is found out about a real provider', () => {
  it('opaque tokens: revoked for real, nothing left', async () => {
    const found = await ask();
    expect(found).toMatchObject({
      failure: null,
      left: [],
      findings: {
        tokens: 'opaque',
        revocation: 'at_resource',
        probeTells: true,
        narrowsScope: true,
        narrowsLife: false,
        deletedClientMints: false
      }
    });
    expect(found.findings?.lag).toBeLessThan(BOUND);
    expect(found.findings?.life).toBeGreaterThan(290_000);
    expect([alive(), clients()]).toEqual([0, 0]);
    // What was made was told to whoever keeps it out of the log.
    expect(known.length).toBe(4);
    expect(worst(found)).toMatch(
      /^A token is refused within a second .* up to 300 seconds\. .*any time limit/
    );
  });

  it.each(['rotating', 'lasting'] as const)(
    'refresh tokens (%s): none is left',
    async refresh => {
      const found = await ask({ refresh }, { renewal: 'refresh' });
      expect(found).toMatchObject({
        failure: null,
        left: [],
        findings: { revocation: 'at_resource' }
      });
      const revoked = platform
        .inventory()
        .log.filter(({ what }) => what === 'refresh_revoked');
      expect(revoked.length).toBeGreaterThan(0);
      expect([alive(), clients()]).toEqual([0, 0]);
    }
  );

  it('signed tokens that resources check by themselves', async () => {
    const found = await ask({ tokens: 'jwt' });
    expect(found).toMatchObject({
      left: [],
      findings: { tokens: 'signed', revocation: 'at_issuer', lag: null }
    });
    expect(found.findings && isReal(found.findings)).toBe(false);
    expect([alive(), clients()]).toEqual([0, 0]);
    expect(worst(found)).toMatch(
      /the issuer only: .* up to 300 seconds .* time limit of 240 seconds or more/
    );
  });

  it('signed tokens that resources ask the issuer about', async () => {
    const found = await ask({ tokens: 'jwt', resource: 'store' });
    expect(found).toMatchObject({
      left: [],
      findings: { tokens: 'signed', revocation: 'at_resource' }
    });
  });

  it('signed tokens that nobody revokes: named until they expire', async () => {
    const found = await ask({ tokens: 'jwt_stateless', ttl: 100 });
    expect(found.findings).toMatchObject({
      tokens: 'signed',
      revocation: 'refused',
      lag: null,
      deletedClientMints: false
    });
    expect(clients()).toBe(0);
    expect(found.left.map(({ kind }) => kind)).toEqual(
      platform.inventory().tokens.map(() => 'token')
    );
    expect(
      found.left.every(({ expiresAt }) => (expiresAt ?? 0) > Date.now())
    ).toBe(true);
  });

  it('a shared client, which is left alone', async () => {
    const found = await ask({ sharedClient: SHARED }, { shared: true });
    expect(found).toMatchObject({
      left: [],
      findings: {
        revocation: 'at_resource',
        narrowsScope: true,
        deletedClientMints: null
      }
    });
    expect(alive()).toBe(0);
  });

  it('a provider that gives a shorter life when asked', async () => {
    const found = await ask({ heedsLife: true, tokens: 'jwt' });
    expect(found.findings).toMatchObject({ narrowsLife: true });
    expect(found.findings?.life).toBeGreaterThan(290_000);
    expect(worst(found)).toMatch(/with the life of its run: any time limit/);
  });

  it('how long a resource goes by what it knew', async () => {
    let revoked = Infinity;
    const found = await ask({
      fault: ({ path }) => {
        if (path === '/token/revocation') {
          revoked = Math.min(revoked, Date.now());
        }
        return path === '/api/me' && Date.now() - revoked < 700
          ? { kind: 'answer', status: 200, body: '{}' }
          : undefined;
      }
    });
    expect(found.findings?.revocation).toBe('at_resource');
    expect(found.findings?.lag).toBeGreaterThan(650);
    expect(found.findings?.lag).toBeLessThan(1100);
    expect(found.left).toEqual([]);
  });

  it('revocations that are accepted and do nothing', async () => {
    const found = await ask({
      ttl: 200,
      fault: ({ path }) =>
        path === '/token/revocation'
          ? { kind: 'answer', status: 200, body: '' }
          : undefined
    });
    expect(found.findings).toMatchObject({
      revocation: 'accepted_only',
      lag: null
    });
    expect(found.left.map(({ kind }) => kind)).toEqual([
      'token',
      'token',
      'token'
    ]);
    expect([alive(), clients()]).toEqual([3, 0]);
    expect(worst(found)).toMatch(/the token works on: up to 200 seconds/);
  });

  it('a client that is deleted and mints all the same', async () => {
    const found = await ask({
      fault: ({ method }) =>
        method === 'DELETE'
          ? { kind: 'answer', status: 204, body: '' }
          : undefined
    });
    expect(found.findings).toMatchObject({ deletedClientMints: true });
    expect(alive()).toBe(0);
    expect(found.left).toEqual([{ kind: 'client', expiresAt: null }]);
    expect(worst(found)).toMatch(/its deletion ends nothing/);
  });

  it('a probe that refuses everybody proves nothing', async () => {
    const found = await ask({
      fault: ({ path }) =>
        path === '/api/me'
          ? { kind: 'answer', status: 401, body: '' }
          : undefined
    });
    expect(found.findings).toMatchObject({ probeTells: false });
    expect(worst(found)).toMatch(/Name another address/);
  });

  it('without a probe the issuer is asked; with one scope none is left out', async () => {
    const found = await ask({}, { probe: false, scopes: ['jobs:read'] });
    expect(found).toMatchObject({
      left: [],
      findings: {
        revocation: 'at_resource',
        probeTells: null,
        narrowsScope: null
      }
    });
  });
});

describe('a provider that fails under it', () => {
  const PATHS = ['/reg', '/token', '/token/revocation', '/api/me'] as const;
  it.each(PATHS)(
    'leaves nothing that it does not name (%s is away)',
    async at => {
      const found = await ask({
        ttl: 100,
        fault: ({ path, method }) =>
          path === at && method !== 'DELETE'
            ? { kind: 'answer', status: 503, body: '' }
            : undefined
      });
      const named = (kind: string) =>
        found.left.filter(one => one.kind === kind).length;
      expect(clients()).toBe(named('client'));
      expect(alive()).toBe(named('token'));
      expect(found.failure === null).toBe(at === '/api/me');
    }
  );

  it.each(['/reg', '/token'] as const)(
    'names what a lost reply may have made (%s)',
    async at => {
      let lose = true;
      const found = await ask({
        fault: ({ path }) => {
          const now = lose && path === at;
          lose &&= !now;
          return now ? { kind: 'lose_reply' } : undefined;
        }
      });
      const kind = at === '/reg' ? 'client' : 'token';
      expect(found.left.map(one => one.kind)).toEqual([kind]);
      expect([alive(), clients()]).toEqual(at === '/reg' ? [0, 1] : [1, 0]);
    }
  );

  it('cleans up when it is told to stop', async () => {
    const stop = new AbortController();
    const found = await ask(
      {
        fault: ({ path }) => {
          if (path === '/token/revocation') {
            stop.abort();
          }
          return undefined;
        }
      },
      {},
      stop.signal
    );
    expect(found.failure?.kind).toBe('retry');
    expect(found.left).toEqual([]);
    expect([alive(), clients()]).toEqual([0, 0]);
  });
});
