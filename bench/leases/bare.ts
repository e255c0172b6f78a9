/** The same requests to the same provider, and nothing else. */

interface IServer {
  readonly registration_endpoint: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
  readonly introspection_endpoint: string;
}

interface IClient {
  readonly client_id: string;
  readonly client_secret: string;
  readonly registration_client_uri: string;
  readonly registration_access_token: string;
}

/** As many at a time as the broker has of all kinds together, about. */
const AT_ONCE = 16;

export class Bare {
  readonly #url: string;
  readonly #registration: string;
  #server: IServer | null = null;

  constructor(url: string, registration: string) {
    this.#url = url;
    this.#registration = registration;
  }

  async begin(): Promise<void> {
    const path = '/.well-known/openid-configuration';
    this.#server = (await (await fetch(this.#url + path)).json()) as IServer;
  }

  async register(): Promise<IClient> {
    const answer = await fetch(this.#known.registration_endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#registration}`,
        'content-type': 'application/json'
      },
      body: JSON.stringify({
        client_name: 'bare',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        scope: 'jobs:read'
      })
    });
    return (await answer.json()) as IClient;
  }

  async mint(client: IClient): Promise<string> {
    const form = { grant_type: 'client_credentials', scope: 'jobs:read' };
    const answer = await this.#post('token_endpoint', client, form);
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  /** Register, mint, revoke, ask the resource and the issuer, delete. */
  async life(): Promise<void> {
    const client = await this.register();
    const token = await this.mint(client);
    await (await this.#post('revocation_endpoint', client, { token })).text();
    const asked = await fetch(`${this.#url}/api/me`, {
      headers: { authorization: `Bearer ${token}` }
    });
    await asked.text();
    const told = await this.#post('introspection_endpoint', client, { token });
    await told.text();
    const gone = await fetch(client.registration_client_uri, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${client.registration_access_token}` }
    });
    if (asked.status !== 401 || gone.status !== 204) {
      throw new Error(`bare: ${asked.status} ${gone.status}`);
    }
  }

  get #known(): IServer {
    if (!this.#server) {
      throw new Error('begin first');
    }
    return this.#server;
  }

  #post(
    endpoint: keyof IServer,
    client: IClient,
    form: Record<string, string>
  ): Promise<Response> {
    const pair = `${client.client_id}:${client.client_secret}`;
    return fetch(this.#known[endpoint], {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(pair).toString('base64')}`
      },
      body: new URLSearchParams(form)
    });
  }
}

/** @returns seconds that it takes to do it so often */
export async function timed(
  count: number,
  work: (n: number) => Promise<unknown>
): Promise<number> {
  const began = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (performance.now() - began) / 1000;
}
