import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from 'node:http';

import { Memory } from './adapter.ts';
import { applyFault, type Fault, type IRequestLine } from './faults.ts';
import { Inventory, type IInventory } from './inventory.ts';
import {
  INTROSPECTION,
  makeIssuer,
  REVOCATION,
  unwrapToken,
  type ISharedClient,
  type TokenKind
} from './issuer.ts';
import { Signer } from './jwt.ts';
import { reply, Resource, type CheckToken } from './resource.ts';

export interface IPlatformOptions {
  /** 0 or absent: any free one */
  readonly port?: number;
  readonly tokens?: TokenKind;
  /** how the resource checks a JWT; `signature` does not ask the issuer */
  readonly resource?: 'store' | 'signature';
  /** life of an access token in seconds */
  readonly ttl?: number;
  /** a token request may say `expires_in`, and gets no longer one */
  readonly heedsLife?: boolean;
  /** grants come with refresh tokens (opaque tokens only) */
  readonly refresh?: 'rotating' | 'lasting';
  /** false: the issuer cannot be asked about a token */
  readonly introspection?: boolean;
  readonly scopes?: readonly string[];
  /** a client that exists from the start, for `client = "shared"` */
  readonly sharedClient?: ISharedClient;
  /** decides the fate of each request; for tests */
  readonly fault?: (request: IRequestLine) => Fault | undefined;
}

/** A running platform on the loopback interface. */
export interface IPlatform {
  readonly url: string;
  readonly initialAccessToken: string;
  /** guards `GET /_inventory` and `/_secrets` (Authorization: Bearer) */
  readonly adminKey: string;
  inventory(): IInventory;
  /** somebody else uses the newest refresh token, as its client would; for tests */
  steal(): Promise<void>;
  readonly results: readonly { client: string; result: unknown }[];
  close(): Promise<void>;
}

const DEFAULT_SCOPES = ['jobs:read', 'meta:write'];

function random(): string {
  return randomBytes(32).toString('hex');
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the platform has no port');
  }
  return `http://127.0.0.1:${address.port}`;
}

async function steal(url: string, memory: Memory): Promise<void> {
  const found = memory.newestRefresh();
  if (!found) {
    throw new Error('there is no refresh token');
  }
  const pair = Buffer.from(`${found.id}:${found.secret}`).toString('base64');
  const answer = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${pair}` },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: found.handle
    })
  });
  if (!answer.ok) {
    throw new Error(`the refresh token was answered ${answer.status}`);
  }
}

/** Starts an OAuth 2 server and a protected resource, both real, in memory. */
export async function startPlatform(
  options: IPlatformOptions = {}
): Promise<IPlatform> {
  const tokens = options.tokens ?? 'opaque';
  const local =
    options.resource ?? (tokens === 'opaque' ? 'store' : 'signature');
  const inventory = new Inventory();
  const memory = new Memory(inventory);
  const signer = new Signer();
  const initialAccessToken = random();
  const adminKey = random();
  const server = createServer();
  const url = await listen(server, options.port ?? 0);
  const provider = makeIssuer(
    {
      issuer: url,
      tokens,
      ttl: options.ttl ?? 300,
      heedsLife: options.heedsLife ?? false,
      refresh: options.refresh ?? null,
      introspection: options.introspection ?? true,
      scopes: options.scopes ?? DEFAULT_SCOPES,
      initialAccessToken,
      sharedClient: options.sharedClient ?? null
    },
    memory,
    signer,
    inventory
  );
  const inStore = (handle: string) =>
    tokens === 'jwt_stateless' || memory.holds(handle);
  const check: CheckToken = async token => {
    const claims = tokens === 'opaque' ? null : signer.check(token);
    if (claims && local === 'signature') {
      return { client: claims.sub, scopes: claims.scope.split(' ') };
    }
    const handle = claims ? inventory.handleOf(claims.jti) : token;
    const found =
      (await provider.ClientCredentials.find(handle ?? '')) ??
      (await provider.AccessToken.find(handle ?? ''));
    return found?.isValid && (claims || tokens === 'opaque')
      ? {
          client: found.clientId ?? '',
          scopes: (found.scope ?? '').split(' ')
        }
      : null;
  };
  const resource = new Resource(check, inventory);
  const issue = provider.callback();

  async function route(request: IncomingMessage, response: ServerResponse) {
    const path = new URL(request.url ?? '/', url).pathname;
    const fault = options.fault?.({ method: request.method ?? '', path });
    if (fault && applyFault(fault, request, response)) {
      return;
    }
    if (path === '/_inventory' || path === '/_secrets') {
      const given = request.headers.authorization ?? '';
      if (same(given, `Bearer ${adminKey}`)) {
        const secrets = [
          initialAccessToken,
          ...(options.sharedClient ? [options.sharedClient.secret] : []),
          ...inventory.secrets
        ];
        const books = inventory.list(inStore);
        reply(response, 200, path === '/_secrets' ? { secrets } : books);
      } else {
        reply(response, 401, { error: 'admin_key' });
      }
    } else if (path.startsWith('/api/')) {
      await resource.serve(request, response, path);
    } else {
      if (tokens === 'jwt' && (path === REVOCATION || path === INTROSPECTION)) {
        await unwrapToken(request, signer, inventory);
      }
      await issue(request, response);
    }
  }
  server.on('request', (request, response) => {
    route(request, response).catch(() => response.destroy());
  });
  return {
    url,
    initialAccessToken,
    adminKey,
    inventory: () => inventory.list(inStore),
    steal: () => steal(url, memory),
    results: resource.results,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  };
}
