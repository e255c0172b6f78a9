import {
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import { makeIdentity } from '../../src/far/certificate.ts';

export const ENDPOINTS = [
  'register',
  'mint',
  'refresh',
  'introspect',
  'revoke',
  'delete',
  'probe'
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];
/** What passes the wire: the metadata is no endpoint, and may be tampered with too. */
export type Door = Endpoint | 'metadata';

export type Rewrite = (body: Record<string, unknown>) => object;

/** What happens to a request on its way, or to its answer. */
export type Chaos =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** its own credentials, in an error's text */
  | { readonly kind: 'echo' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  /** a byte now and then, and never the last one */
  | { readonly kind: 'drip' }
  /** a certificate that nobody trusts */
  | { readonly kind: 'tls' }
  /** done for real, and nobody hears of it */
  | { readonly kind: 'lost' }
  /** done for real, and its answer is kept back */
  | { readonly kind: 'withhold' }
  | { readonly kind: 'rewrite'; readonly body: Rewrite };

export interface IProxy {
  readonly url: string;
  /** which endpoint is meant; null: another one */
  endpointOf(method: string, address: string, body: string): Door | null;
  /** where a request has to go so that the TLS handshake fails */
  untrusted(address: string): string;
  close(): Promise<void>;
}

/** A wire between a broker and a platform on which anything can happen. */
export async function startProxy(
  platform: string,
  fate: (door: Door) => Chaos | null
): Promise<IProxy> {
  const server = createServer((request, response) => {
    void play(request, response).catch(() => response.destroy());
  });
  const { key, certificate: cert } = makeIdentity(new Date());
  const tls = createTlsServer({ key, cert });
  tls.on('tlsClientError', () => undefined);
  const port = await listen(server);
  const tlsPort = await listen(tls);
  const url = `http://127.0.0.1:${port}`;

  async function play(
    request: IncomingMessage,
    response: ServerResponse
  ): Promise<void> {
    const body = await bytesOf(request);
    const { method = '', url: path = '' } = request;
    const endpoint = endpointOf(method, path, body.toString());
    const chaos = endpoint && fate(endpoint);
    switch (chaos?.kind) {
      case 'answer':
        response.writeHead(chaos.status, {
          'content-type': 'application/json',
          ...chaos.headers
        });
        response.end(chaos.body ?? '{}');
        return;
      case 'echo':
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            error: 'invalid_request',
            error_description: `${request.headers.authorization} ${body.toString()}`
          })
        );
        return;
      case 'hang':
      case 'tls':
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'drip':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{');
        return;
      default:
        return forward(chaos, request, body, response);
    }
  }

  async function forward(
    chaos: Chaos | null | undefined,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse
  ): Promise<void> {
    const headers = { ...request.headers, host: new URL(platform).host };
    const asked = send(`${platform}${request.url}`, {
      method: request.method,
      headers
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      asked.on('response', resolve).on('error', reject);
    });
    asked.end(body);
    const answer = await answered;
    let text = (await bytesOf(answer)).toString().replaceAll(platform, url);
    if (chaos?.kind === 'lost') {
      request.socket.destroy();
      return;
    }
    if (chaos?.kind === 'withhold') {
      return;
    }
    if (chaos?.kind === 'rewrite') {
      text = JSON.stringify(
        chaos.body(JSON.parse(text) as Record<string, unknown>)
      );
    }
    response.writeHead(answer.statusCode ?? 502, {
      'content-type': answer.headers['content-type'] ?? 'application/json'
    });
    response.end(text);
  }

  return {
    url,
    endpointOf: (method, address, body) =>
      endpointOf(method, new URL(address).pathname, body),
    untrusted: address => address.replace(url, `https://127.0.0.1:${tlsPort}`),
    close: async () => {
      for (const one of [server, tls]) {
        one.closeAllConnections();
        await new Promise(resolve => one.close(resolve));
      }
    }
  };
}

function endpointOf(method: string, path: string, body: string): Door | null {
  const line = `${method} ${path}`;
  if (path.startsWith('/.well-known/')) {
    return 'metadata';
  }
  if (line === 'POST /token' && body.includes('grant_type=refresh_token')) {
    return 'refresh';
  }
  return (
    ({
      'POST /reg': 'register',
      'POST /token': 'mint',
      'POST /token/introspection': 'introspect',
      'POST /token/revocation': 'revoke',
      'GET /api/me': 'probe'
    }[line] as Endpoint | undefined) ??
    (line.startsWith('DELETE /reg/') ? 'delete' : null)
  );
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
