import {
  createServer,
  type IncomingMessage,
  type ServerResponse
} from 'node:http';

export type Answering = (
  request: IncomingMessage,
  response: ServerResponse
) => void;

export interface IBadServer {
  readonly url: string;
  /** request lines, in order */
  readonly seen: string[];
  close(): Promise<void>;
}

/** An issuer whose metadata is right and whose endpoints do one bad thing. */
export async function startBadServer(
  answer: Answering,
  metadata: (url: string) => object = metadataOf
): Promise<IBadServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    seen.push(`${request.method} ${request.url}`);
    if (request.url?.startsWith('/.well-known/')) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(metadata(url)));
      return;
    }
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  };
}

export function metadataOf(url: string): object {
  return {
    issuer: url,
    token_endpoint: `${url}/token`,
    registration_endpoint: `${url}/reg`,
    revocation_endpoint: `${url}/revoke`,
    introspection_endpoint: `${url}/introspect`
  };
}

/** Echoes what it must never: the client's secret, in an error's text. */
export const EchoServer: Answering = (request, response) => {
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      error: 'invalid_scope',
      error_description: `no such scope for ${request.headers.authorization}`
    })
  );
};

export const HtmlServer: Answering = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end('<html>Please sign in</html>');
};

export const EmptyServer: Answering = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end();
};

export const HugeServer: Answering = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ access_token: 'x'.repeat(2 ** 20) }));
};

/** Says that an answer comes, and then nothing more. */
export const SlowServer: Answering = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"access_token":');
};

export const CutServer: Answering = request => request.socket.destroy();

export const RedirectServer: Answering = (_request, response) => {
  response.writeHead(302, { location: 'https://attacker.example/' });
  response.end();
};

export function StatusServer(
  status: number,
  headers: Record<string, string> = {}
): Answering {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end('{}');
  };
}

export function JsonServer(body: unknown, status = 200): Answering {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}
