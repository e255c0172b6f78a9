import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterEach, describe, expect, it } from 'vitest';

import { createProvider } from '../../src/identity/create.ts';
import type {
  IClient,
  IIdentityProvider
} from '../../src/identity/provider.ts';
import { readSecretFile } from '../../src/identity/secret-file.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { signal, value } from './conformance.ts';
import {
  CutServer,
  EchoServer,
  EmptyServer,
  HtmlServer,
  HugeServer,
  JsonServer,
  metadataOf,
  RedirectServer,
  SlowServer,
  startBadServer,
  StatusServer,
  type Answering,
  type IBadServer
} from './servers.ts';

const CANARY = 'canary-7f3a-client-secret';
const CLIENT: IClient = {
  id: 'client',
  secret: new Secret(CANARY),
  management: null,
  expiresAt: null
};

let now = 1_000_000;
let server: IBadServer;

async function against(
  answer: Answering,
  metadata?: (url: string) => object
): Promise<IIdentityProvider> {
  server = await startBadServer(answer, metadata);
  return createProvider(
    'bad',
    {
      provider: 'oauth2',
      issuer: server.url,
      scopes: ['a', 'b'],
      resource_probe: `${server.url}/me`
    },
    { clock: () => now, timeoutMs: 300 }
  );
}

const mint = (provider: IIdentityProvider) =>
  provider.mint(CLIENT, ['a'], signal);

afterEach(async () => {
  await server.close();
  now = 1_000_000;
});

describe('when a client says that it ends', () => {
  const until = (given: object) => ({
    client_id: 'c',
    client_secret: 's',
    ...given
  });
  it.each([
    ['nothing', until({}), null],
    ['never', until({ client_secret_expires_at: 0 }), null],
    ['by our clock', until({ client_secret_expires_at: 1600 }), 1_600_000],
    [
      'a span by its own clock, which is an hour ahead',
      until({ client_secret_expires_at: 5200, client_id_issued_at: 4600 }),
      1_600_000
    ],
    ['already', until({ client_secret_expires_at: 999 }), null],
    ['a text', until({ client_secret_expires_at: '1600' }), null],
    ['far too late', until({ client_secret_expires_at: 1e300 }), null],
    ['of no secret', { client_id: 'c', client_secret_expires_at: 1600 }, null]
  ])('%s', async (_, reply, expected) => {
    const provider = await against(JsonServer(reply));
    const client = value(await provider.createClient('l', ['a'], signal));
    expect(client.expiresAt).toBe(expected);
  });
});

describe('what a token endpoint may answer', () => {
  it.each([
    ['HTML', HtmlServer, 'retry', false],
    ['nothing', EmptyServer, 'retry', true],
    ['too much', HugeServer, 'retry', true],
    ['half of it, for ever', SlowServer, 'retry', true],
    ['a cut connection', CutServer, 'retry', true],
    ['500', StatusServer(500), 'retry', true],
    ['502', StatusServer(502), 'retry', true],
    ['503', StatusServer(503), 'retry', false],
    ['429', StatusServer(429), 'retry', false],
    ['a JSON list', JsonServer([]), 'retry', true],
    ['no token', JsonServer({ token_type: 'Bearer' }), 'retry', true]
  ] as const)(
    '%s: comes back as a class',
    async (_what, answer, kind, maybe) => {
      const got = await mint(await against(answer));
      expect(got).toMatchObject({ kind, maybeApplied: maybe });
    }
  );

  it.each([
    ['400', JsonServer({ error: 'invalid_scope' }, 400), 'identity_refused'],
    ['401', JsonServer({ error: 'invalid_client' }, 401), 'unknown_client'],
    ['403', StatusServer(403), 'identity_refused'],
    ['a redirect', RedirectServer, 'identity_refused']
  ] as const)('%s is final', async (_what, answer, code) => {
    expect(await mint(await against(answer))).toMatchObject({
      kind: 'fatal',
      code
    });
    expect(server.seen.filter(line => line.startsWith('POST'))).toHaveLength(1);
  });

  it('never repeats what the provider said', async () => {
    const got = await mint(await against(EchoServer));
    const shown = `${inspect(got, { depth: 9, showHidden: true })}${JSON.stringify(got)}`;
    expect(shown).toContain('invalid_scope');
    expect(shown).not.toContain('Basic');
    expect(shown).not.toContain(CANARY);
    expect(shown).not.toContain(btoa(`client:${CANARY}`));
  });

  it.each([
    [300, 300_000],
    ['300', 300_000],
    [undefined, null],
    [-5, null],
    [0, null],
    ['soon', null],
    [1e12, null]
  ])('takes expires_in %j as a life of %j ms', async (expires_in, life) => {
    const provider = await against(
      JsonServer({ access_token: 't', token_type: 'bearer', expires_in })
    );
    const grant = value(await mint(provider));
    expect(grant.expiresAt).toBe(life === null ? null : now + life);
    expect(grant.scopes).toEqual(['a']);
  });

  it.each([
    ['more scope', { token_type: 'Bearer', scope: 'a b' }],
    ['another type', { token_type: 'mac' }],
    ['no type', {}],
    ['an odd scope', { token_type: 'Bearer', scope: ['a'] }],
    ['a header in it', { token_type: 'Bearer', access_token: 'a\r\nX: y' }]
  ])('refuses a token with %s, and does not lose it', async (_what, more) => {
    const body = { access_token: 'token-1', expires_in: 60, ...more };
    const got = await mint(await against(JsonServer(body)));
    expect(got).toMatchObject({ kind: 'fatal', code: 'identity_refused' });
    expect(got.kind === 'fatal' && got.residue?.token.reveal()).toBe(
      body.access_token
    );
  });

  it('keeps quiet for as long as it was asked to', async () => {
    const provider = await against(StatusServer(503, { 'retry-after': '7' }));
    expect(await mint(provider)).toMatchObject({ afterMs: 7000 });
    now += 3000;
    expect(await mint(provider)).toMatchObject({
      afterMs: 4000,
      maybeApplied: false
    });
    const sent = () =>
      server.seen.filter(line => line === 'POST /token').length;
    expect(sent()).toBe(1);
    now += 4000;
    await mint(provider);
    expect(sent()).toBe(2);
  });

  it('but not for longer than a minute, for there may be something to revoke', async () => {
    const provider = await against(StatusServer(429, { 'retry-after': '900' }));
    await mint(provider);
    const token = new Secret('t');
    const revoke = () => provider.revoke(CLIENT, token, signal);
    const sent = () =>
      server.seen.filter(line => line === 'POST /revoke').length;
    now += 59_000;
    expect(await revoke()).toMatchObject({ afterMs: 1000 });
    expect(sent()).toBe(0);
    now += 1000;
    await revoke();
    expect(sent()).toBe(1);
    // Neither where the clock is set back meanwhile.
    now -= 300_000;
    await revoke();
    expect(sent()).toBe(2);
  });
});

describe('the other endpoints', () => {
  it('does not take a page for a proof', async () => {
    const provider = await against(HtmlServer);
    const token = new Secret('t');
    expect((await provider.introspect(CLIENT, token, signal)).kind).toBe(
      'retry'
    );
    expect((await provider.revoke(CLIENT, token, signal)).kind).toBe('retry');
    expect((await provider.createClient('x', [], signal)).kind).toBe('retry');
  });

  it.each([
    [200, 'alive'],
    [403, 'alive'],
    [401, 'dead']
  ])('a resource that answers %d means %s', async (status, verdict) => {
    const provider = await against(StatusServer(status));
    expect(value(await provider.probe(new Secret('t'), signal))).toBe(verdict);
  });

  it.each([404, 500, 503, 302])(
    'a resource that answers %d proves nothing',
    async status => {
      const provider = await against(StatusServer(status));
      const got = await provider.probe(new Secret('t'), signal);
      expect(got.kind).toBe('retry');
    }
  );

  it.each([401, 404, 410, 204])(
    'a deleted client is gone when %d comes',
    async status => {
      const provider = await against(StatusServer(status));
      const management = { uri: `${server.url}/reg/1`, token: new Secret('r') };
      const client = { ...CLIENT, management };
      value(await provider.deleteClient(client, signal));
    }
  );

  it('says when clients cannot be deleted', async () => {
    const provider = await against(StatusServer(204));
    expect(await provider.deleteClient(CLIENT, signal)).toMatchObject({
      kind: 'fatal',
      code: 'unsupported'
    });
  });
});

describe('discovery', () => {
  it('falls back to the OpenID place', async () => {
    const provider = await against(JsonServer({}));
    // The first place answers metadata of another issuer.
    const real = server;
    let first = true;
    const odd = await startBadServer(JsonServer({}), url => {
      const issuer = first ? 'https://other.example' : url;
      first = false;
      return { ...metadataOf(url), issuer };
    });
    await real.close();
    server = odd;
    const fresh = createProvider(
      'odd',
      { provider: 'oauth2', issuer: odd.url },
      { clock: () => now }
    );
    expect(value(await fresh.profile(signal)).revocation).toBe(true);
    expect(odd.seen).toEqual([
      'GET /.well-known/oauth-authorization-server',
      'GET /.well-known/openid-configuration'
    ]);
    expect(provider.name).toBe('bad');
  });

  it('is asked once, and again when it is old', async () => {
    const provider = await against(JsonServer({}));
    await provider.profile(signal);
    await provider.profile(signal);
    expect(server.seen).toHaveLength(1);
    now += 11 * 60_000;
    await provider.profile(signal);
    expect(server.seen).toHaveLength(2);
  });

  it('goes by what it knew while the document is no good any more', async () => {
    let away = false;
    const provider = await against(JsonServer({ active: false }), url => ({
      ...metadataOf(url),
      ...(away && { issuer: 'https://other.example' })
    }));
    const ask = () => provider.introspect(CLIENT, new Secret('t'), signal);
    expect(value(await ask())).toBe('inactive');
    away = true;
    now += 11 * 60_000;
    expect(value(await ask())).toBe('inactive');
    expect(server.seen.filter(line => /well-known/.test(line))).toHaveLength(3);
  });

  it('sends nothing to an endpoint in clear outside this machine', async () => {
    const provider = await against(JsonServer({}), url => ({
      ...metadataOf(url),
      token_endpoint: 'http://10.255.255.1/token'
    }));
    expect(await mint(provider)).toMatchObject({
      kind: 'fatal',
      why: 'the provider named an unsafe address'
    });
  });

  it('names a missing endpoint', async () => {
    const provider = await against(JsonServer({}), url => ({
      issuer: url,
      token_endpoint: `${url}/token`
    }));
    expect(await provider.profile(signal)).toMatchObject({
      kind: 'fatal',
      code: 'unsupported',
      why: 'has no registration endpoint'
    });
  });
});

describe('configuration', () => {
  it.each([
    ['http elsewhere', { issuer: 'http://login.example.org' }, /https/],
    ['a password', { issuer: 'https://u:p@login.example.org' }, /password/],
    ['no address', { issuer: 'login' }, /issuer/],
    ['two scopes in one', { scopes: ['a b'] }, /not one scope/],
    [
      'a shared client without an id',
      { client: 'shared' as const },
      /client_id/
    ],
    [
      'a secret that is not trusted',
      { registration_token_file: '/x' },
      /trusted_user/
    ]
  ])('refuses %s', async (_what, more, message) => {
    await against(EmptyServer);
    const entry = {
      provider: 'oauth2' as const,
      issuer: 'https://login.example.org',
      ...more
    };
    expect(() => createProvider('x', entry, { clock: Date.now })).toThrow(
      message
    );
  });

  it('reads a secret only from a file of its own', async () => {
    await against(EmptyServer);
    const folder = mkdtempSync(join(tmpdir(), 'secret-'));
    const path = join(folder, 'token');
    try {
      await expect(readSecretFile(path)).rejects.toThrow(/cannot be read/);
      writeFileSync(path, ' hush\n', { mode: 0o400 });
      expect((await readSecretFile(path)).reveal()).toBe('hush');
      chmodSync(path, 0o444);
      await expect(readSecretFile(path)).rejects.toThrow(/by others/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
