import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { Provider, type Configuration } from 'oidc-provider';

import type { Memory } from './adapter.ts';
import { digest, type Inventory } from './inventory.ts';
import type { Signer } from './jwt.ts';
import { giveRefreshTokens } from './refreshing.ts';

/**
 * - `opaque`: random handles, checked in the issuer's store;
 * - `jwt`: self-contained, and the issuer can revoke and introspect them
 *   (Keycloak's way), while resources check the signature only;
 * - `jwt_stateless`: self-contained, and the issuer refuses to revoke them
 *   (oidc-provider's own way).
 */
export type TokenKind = 'opaque' | 'jwt' | 'jwt_stateless';

export interface ISharedClient {
  readonly id: string;
  readonly secret: string;
  /** what it may ask for; absent: everything */
  readonly scopes?: readonly string[];
}

export interface IIssuerOptions {
  readonly issuer: string;
  readonly tokens: TokenKind;
  /** seconds */
  readonly ttl: number;
  /** a token request may say `expires_in`, and gets no longer one */
  readonly heedsLife?: boolean;
  /** grants come with refresh tokens, which change with each use or stay */
  readonly refresh: 'rotating' | 'lasting' | null;
  readonly introspection: boolean;
  readonly scopes: readonly string[];
  readonly initialAccessToken: string;
  readonly sharedClient: ISharedClient | null;
}

/** seconds; longer than any test's clock goes */
const REFRESH_TTL = 14 * 86_400;

export const REVOCATION = '/token/revocation';
export const INTROSPECTION = '/token/introspection';

/** A real oidc-provider, set up for machines only: no user, no browser. */
export function makeIssuer(
  options: IIssuerOptions,
  memory: Memory,
  signer: Signer,
  inventory: Inventory
): Provider {
  const ttl = () => options.ttl;
  const asked = (ctx: { oidc: { body?: Record<string, unknown> } }) =>
    options.heedsLife
      ? Math.min(options.ttl, Number(ctx.oidc.body?.expires_in ?? options.ttl))
      : options.ttl;
  const own = async (
    _ctx: unknown,
    client: { clientId: string },
    token: { clientId?: string }
  ) => token.clientId === client.clientId;
  const stateless = options.tokens === 'jwt_stateless';
  const configuration: Configuration = {
    adapter: (model: string) => memory.adapter(model),
    clients: options.sharedClient
      ? [
          {
            client_id: options.sharedClient.id,
            client_secret: options.sharedClient.secret,
            scope: (options.sharedClient.scopes ?? options.scopes).join(' '),
            grant_types: [
              'client_credentials',
              ...(options.refresh ? ['refresh_token'] : [])
            ],
            redirect_uris: [],
            response_types: []
          }
        ]
      : [],
    clientBasedCORS: () => false,
    cookies: { keys: [randomBytes(32).toString('hex')] },
    jwks: { keys: [{ ...signer.jwk(), kty: 'EC' }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: [...options.scopes],
    responseTypes: ['none'],
    renderError: (ctx, out) => {
      ctx.type = 'json';
      ctx.body = JSON.stringify({ error: out.error });
    },
    ttl: {
      AccessToken: ttl,
      ClientCredentials: asked,
      Grant: REFRESH_TTL,
      IdToken: ttl,
      RefreshToken: REFRESH_TTL
    },
    ...(options.refresh && {
      issueRefreshToken: () => true,
      rotateRefreshToken: options.refresh === 'rotating',
      findAccount: (_ctx: unknown, sub: string) => ({
        accountId: sub,
        claims: () => ({ sub })
      })
    }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: options.introspection, allowedPolicy: own },
      registration: {
        enabled: true,
        initialAccessToken: options.initialAccessToken
      },
      registrationManagement: { enabled: true },
      revocation: { enabled: true, allowedPolicy: own },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: stateless,
        defaultResource: () => `${options.issuer}/api`,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: options.scopes.join(' '),
          audience: `${options.issuer}/api`,
          accessTokenTTL: options.ttl,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } }
        })
      }
    }
  };
  const provider = new Provider(options.issuer, configuration);
  provider.use(async (ctx, next) => {
    await next();
    const answer: unknown = ctx.body;
    if (
      ctx.path === INTROSPECTION &&
      typeof answer === 'object' &&
      answer !== null &&
      'active' in answer
    ) {
      const word = answer.active === true ? 'active' : 'inactive';
      inventory.note(`introspection_says_${word}`, '');
    }
    for (const name of ['access_token', 'refresh_token'] as const) {
      if (typeof answer === 'object' && answer !== null && name in answer) {
        inventory.addSecret(String((answer as Record<string, unknown>)[name]));
      }
    }
  });
  if (stateless) {
    provider.on('client_credentials.issued', token => {
      const exp = token.exp ?? Date.now() / 1000 + token.expiration;
      inventory.addToken(token.jti, token.clientId ?? '', exp);
    });
  }
  if (options.refresh) {
    giveRefreshTokens(provider);
  }
  if (options.tokens === 'jwt') {
    issueJwt(provider, options.issuer, signer);
  }
  return provider;
}

/** Keeps the handle in the store and gives a signed token out in its place. */
function issueJwt(provider: Provider, issuer: string, signer: Signer): void {
  const prototype = provider.ClientCredentials.prototype as unknown as {
    getValueAndPayload(this: unknown): Promise<{
      value: string;
      payload: { exp: number; clientId: string; scope?: string };
    }>;
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with `this` below
  const opaque = prototype.getValueAndPayload;
  prototype.getValueAndPayload = async function () {
    const { value, payload } = await opaque.call(this);
    const token = signer.sign({
      iss: issuer,
      sub: payload.clientId,
      jti: digest(value),
      scope: payload.scope ?? '',
      exp: payload.exp
    });
    return { value: token, payload };
  };
}

/**
 * oidc-provider refuses structured tokens at revocation and introspection, so
 * the signed token is exchanged for its handle before the request reaches it.
 */
export async function unwrapToken(
  request: IncomingMessage,
  signer: Signer,
  inventory: Inventory
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    chunks.push(Buffer.from(chunk));
  }
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const claims = signer.check(form.get('token') ?? '');
  form.set('token', (claims && inventory.handleOf(claims.jti)) ?? 'unknown');
  const body = Buffer.from(form.toString());
  request.headers['content-length'] = String(body.length);
  Object.defineProperties(request, {
    readable: { value: true },
    iterator: { value: () => Readable.from([body]).iterator() }
  });
}
