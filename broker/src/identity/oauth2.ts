import * as oauth from 'oauth4webapi';

import type { Clock } from '../lifecycle/types.ts';
import type { Secret } from '../secrets/secret.ts';
import { fatal, judge, retry } from './classify.ts';
import { readClient } from './client.ts';
import { deleteClient } from './deletion.ts';
import { Discovery } from './discovery.ts';
import { Gate } from './gate.ts';
import { readGrant } from './grant.ts';
import {
  ok,
  type Answer,
  type IClient,
  type IGrant,
  type IIdentityProvider,
  type IProfile,
  type TokenHint
} from './provider.ts';
import { refusalOf } from './refusal.ts';
import { WireError, type Fetch } from './wire.ts';

type Server = oauth.AuthorizationServer;
type Options = {
  signal: AbortSignal;
  [oauth.customFetch]: (
    url: string,
    init: { method: string; headers: Record<string, string>; body?: unknown }
  ) => Promise<Response>;
  [oauth.allowInsecureRequests]: boolean;
};

/** Reads a secret from its file each time: a rotated one is used at once. */
export type SecretSource = () => Promise<Secret>;

export interface IOAuth2Options {
  readonly name: string;
  readonly issuer: URL;
  readonly scopes: readonly string[];
  readonly probe: URL | null;
  /** null: a client for each lease */
  readonly shared: {
    readonly id: string;
    readonly secret: SecretSource;
  } | null;
  /** how a token follows another; null: by a grant of its own */
  readonly renewal: 'refresh' | 'refresh_only' | null;
  /** RFC 7591 initial access token; null: open registration */
  readonly registration: SecretSource | null;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** An OAuth 2 server: client credentials, revocation, introspection. */
export class OAuth2Provider implements IIdentityProvider {
  readonly name: string;
  readonly client: 'per_lease' | 'shared';
  readonly scopes: readonly string[];
  readonly issuer: string;
  readonly #options: IOAuth2Options;
  readonly #discovery: Discovery;
  readonly #gate: Gate;

  constructor(options: IOAuth2Options) {
    this.name = options.name;
    this.client = options.shared ? 'shared' : 'per_lease';
    this.scopes = options.scopes;
    this.issuer = options.issuer.href;
    this.#options = options;
    this.#discovery = new Discovery(
      options.issuer,
      options.fetch,
      options.clock
    );
    this.#gate = new Gate(options.clock);
  }

  async profile(signal: AbortSignal): Promise<Answer<IProfile>> {
    const found = await this.#discovery.find(signal);
    if (found.kind !== 'ok') {
      return found;
    }
    const server = found.value;
    if (!server.token_endpoint) {
      return fatal('unsupported', 'has no token endpoint');
    }
    if (this.client === 'per_lease' && !server.registration_endpoint) {
      return fatal('unsupported', 'has no registration endpoint');
    }
    const revocation = server.revocation_endpoint !== undefined;
    const introspection = server.introspection_endpoint !== undefined;
    const { renewal, probe } = this.#options;
    // No resource judges a refresh token: the issuer is all who can be asked.
    if (renewal && !(revocation && introspection)) {
      return fatal(
        'unsupported',
        'cannot show that a refresh token is dead: it needs a revocation and an introspection endpoint'
      );
    }
    return ok({
      revocation,
      introspection,
      probe: probe !== null,
      issuer: this.issuer,
      ...(renewal ? { renewal } : {})
    });
  }

  async createClient(
    name: string,
    scopes: readonly string[],
    signal: AbortSignal
  ): Promise<Answer<IClient>> {
    return this.#call(
      'registration_endpoint',
      signal,
      async (server, options) =>
        oauth.dynamicClientRegistrationRequest(
          server,
          {
            client_name: name,
            grant_types: [
              'client_credentials',
              ...(this.#options.renewal ? ['refresh_token'] : [])
            ],
            redirect_uris: [],
            response_types: [],
            scope: scopes.join(' '),
            token_endpoint_auth_method: authMethod(server)
          },
          {
            ...options,
            initialAccessToken: (await this.#options.registration?.())?.reveal()
          }
        ),
      async response => readClient(await response.text(), this.#options.clock())
    );
  }

  mint(
    client: IClient | null,
    scopes: readonly string[],
    signal: AbortSignal,
    life?: number
  ): Promise<Answer<IGrant>> {
    const parameters = {
      scope: scopes.join(' '),
      // No standard; others have to ignore it (RFC 6749 §3.2).
      ...(life === undefined ? {} : { expires_in: String(life) })
    };
    return this.#grant(
      client,
      scopes,
      signal,
      (server, subject, proof, options) =>
        oauth.clientCredentialsGrantRequest(
          server,
          subject,
          proof,
          parameters,
          options
        )
    );
  }

  refresh(
    client: IClient | null,
    refreshToken: Secret,
    scopes: readonly string[],
    signal: AbortSignal
  ): Promise<Answer<IGrant>> {
    return this.#grant(
      client,
      scopes,
      signal,
      (server, subject, proof, options) =>
        oauth.refreshTokenGrantRequest(
          server,
          subject,
          proof,
          refreshToken.reveal(),
          options
        )
    );
  }

  async revoke(
    client: IClient | null,
    token: Secret,
    signal: AbortSignal,
    hint: TokenHint = 'access_token'
  ): Promise<Answer<null>> {
    return this.#call(
      'revocation_endpoint',
      signal,
      async (server, options) => {
        const [subject, proof] = await this.#authentication(client, server);
        return oauth.revocationRequest(server, subject, proof, token.reveal(), {
          ...options,
          additionalParameters: { token_type_hint: hint }
        });
      },
      async () => ok(null)
    );
  }

  async introspect(
    client: IClient | null,
    token: Secret,
    signal: AbortSignal,
    hint: TokenHint = 'access_token'
  ): Promise<Answer<'active' | 'inactive'>> {
    return this.#call(
      'introspection_endpoint',
      signal,
      async (server, options) => {
        const [subject, proof] = await this.#authentication(client, server);
        return oauth.introspectionRequest(
          server,
          subject,
          proof,
          token.reveal(),
          {
            ...options,
            additionalParameters: { token_type_hint: hint }
          }
        );
      },
      async (response, server) => {
        try {
          const { active } = await oauth.processIntrospectionResponse(
            server,
            { client_id: client?.id ?? this.#options.shared?.id ?? '' },
            response
          );
          return ok(active ? 'active' : 'inactive');
        } catch {
          return retry('answered something that is no introspection', false);
        }
      }
    );
  }

  async probe(
    token: Secret,
    signal: AbortSignal
  ): Promise<Answer<'alive' | 'dead'>> {
    const { probe, clock, fetch } = this.#options;
    if (!probe) {
      return fatal('unsupported', 'has no resource to ask');
    }
    try {
      const response = await fetch(probe.href, {
        signal,
        headers: { authorization: `Bearer ${token.reveal()}` }
      });
      if (response.status === 401) {
        return ok('dead');
      }
      // 403: the token is good and may not do this; it lives.
      if (response.ok || response.status === 403) {
        return ok('alive');
      }
      const bad = await judge(response, clock());
      return bad?.kind === 'retry'
        ? bad
        : retry(`the resource answered ${response.status}`, false);
    } catch (error) {
      return error instanceof WireError
        ? error.retry()
        : retry('the resource could not be asked', false);
    }
  }

  deleteClient(client: IClient, signal: AbortSignal): Promise<Answer<null>> {
    const { fetch, clock } = this.#options;
    return deleteClient(client, { fetch, clock, gate: this.#gate, signal });
  }

  /** One exchange with one endpoint: pause, discover, send, judge, read. */
  /** Asks the token endpoint, whatever the grant. */
  #grant(
    client: IClient | null,
    scopes: readonly string[],
    signal: AbortSignal,
    ask: (
      server: Server,
      subject: oauth.Client,
      proof: oauth.ClientAuth,
      options: Options
    ) => Promise<Response>
  ): Promise<Answer<IGrant>> {
    return this.#call(
      'token_endpoint',
      signal,
      async (server, options) => {
        const [subject, proof] = await this.#authentication(client, server);
        return ask(server, subject, proof, options);
      },
      async response =>
        readGrant(await response.text(), scopes, this.#options.clock())
    );
  }

  async #call<T>(
    endpoint:
      | 'registration_endpoint'
      | 'token_endpoint'
      | 'revocation_endpoint'
      | 'introspection_endpoint',
    signal: AbortSignal,
    send: (server: Server, options: Options) => Promise<Response>,
    read: (response: Response, server: Server) => Promise<Answer<T>>
  ): Promise<Answer<T>> {
    const paused = this.#gate.closed();
    if (paused) {
      return paused;
    }
    const found = await this.#discovery.find(signal);
    if (found.kind !== 'ok') {
      this.#gate.note(found);
      return found;
    }
    if (!found.value[endpoint]) {
      return fatal('unsupported', `has no ${endpoint.replace('_', ' ')}`);
    }
    try {
      const response = await send(found.value, {
        signal,
        [oauth.customFetch]: (url, init) =>
          this.#options.fetch(url, init as RequestInit),
        [oauth.allowInsecureRequests]: true
      });
      const bad = await judge(response, this.#options.clock());
      if (bad) {
        this.#gate.note(bad);
        return bad;
      }
      return await read(response, found.value);
    } catch (error) {
      return refusalOf(error);
    }
  }

  async #authentication(
    client: IClient | null,
    server: Server
  ): Promise<[oauth.Client, oauth.ClientAuth]> {
    const shared = this.#options.shared;
    const id = client?.id ?? shared?.id ?? '';
    const secret = client ? client.secret : await shared?.secret();
    if (!secret) {
      return [{ client_id: id }, oauth.None()];
    }
    return [
      { client_id: id },
      authMethod(server) === 'client_secret_post'
        ? oauth.ClientSecretPost(secret.reveal())
        : oauth.ClientSecretBasic(secret.reveal())
    ];
  }
}

/** RFC 8414: absent means client_secret_basic. */
function authMethod(server: Server): string {
  const methods = server.token_endpoint_auth_methods_supported;
  return methods?.includes('client_secret_post') &&
    !methods.includes('client_secret_basic')
    ? 'client_secret_post'
    : 'client_secret_basic';
}
