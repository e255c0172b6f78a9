import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Inventory } from './inventory.ts';

export interface IBearer {
  readonly client: string;
  readonly scopes: readonly string[];
}

export type CheckToken = (token: string) => Promise<IBearer | null>;

const MAX_BODY = 1024 * 1024;

export function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {}
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers
  });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > MAX_BODY) {
      throw new SyntaxError('too large');
    }
    chunks.push(part);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** The protected resource: who am I, and results that jobs record. */
export class Resource {
  readonly results: { at: number; client: string; result: unknown }[] = [];
  readonly #check: CheckToken;
  readonly #inventory: Inventory;

  constructor(check: CheckToken, inventory: Inventory) {
    this.#check = check;
    this.#inventory = inventory;
  }

  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    path: string
  ) {
    const token = /^Bearer (\S+)$/.exec(
      request.headers.authorization ?? ''
    )?.[1];
    const bearer = token ? await this.#check(token) : null;
    if (!bearer) {
      this.#inventory.note('resource_refused', '');
      const error = token ? 'error="invalid_token"' : 'realm="platform"';
      reply(
        response,
        401,
        { error: 'invalid_token' },
        {
          'www-authenticate': `Bearer ${error}`
        }
      );
      return;
    }
    this.#inventory.note('resource_used', bearer.client);
    const line = `${request.method} ${path}`;
    if (line === 'GET /api/me') {
      reply(response, 200, { client: bearer.client, scopes: bearer.scopes });
      return;
    }
    if (line === 'GET /api/results') {
      reply(response, 200, { results: this.results });
      return;
    }
    if (line !== 'POST /api/results') {
      reply(response, 404, { error: 'not_found' });
      return;
    }
    if (!bearer.scopes.includes('meta:write')) {
      reply(response, 403, { error: 'insufficient_scope' });
      return;
    }
    let result: unknown;
    try {
      result = await readJson(request);
    } catch {
      reply(response, 400, { error: 'invalid_json' });
      return;
    }
    this.results.push({ at: Date.now(), client: bearer.client, result });
    this.#inventory.note('result_recorded', bearer.client);
    reply(response, 201, { id: this.results.length });
  }
}
