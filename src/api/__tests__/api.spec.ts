import { BatchError, problem } from '@jupyterlab-batch/protocol';
import { ServerConnection } from '@jupyterlab/services';

import { BatchApi, serverRoot, serverTransport } from '../api';

/** The app's own connection, with a fetch that a test answers. */
function connect(answer: (request: Request) => Promise<Response>): BatchApi {
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost:8888/user/me/',
    token: 'secret-token',
    fetch: request => answer(request as Request)
  });
  return new BatchApi(serverTransport(settings), serverRoot(settings));
}

function reply(status: number, body: string): Promise<Response> {
  return Promise.resolve(new Response(body, { status }));
}

const page = JSON.stringify({ runs: [], next: null });

describe('the HTTP door', () => {
  it('goes below the base URL, as the app goes', async () => {
    let seen: Request | null = null;
    const api = connect(request => {
      seen = request;
      return reply(200, page);
    });
    await api.call('list', { query: { limit: 5 } });
    const { url, headers } = seen as unknown as Request;
    expect(url).toMatch(
      /^http:\/\/localhost:8888\/user\/me\/jupyterlab-batch\/v1\/runs\?limit=5$/
    );
    expect(headers.get('Authorization')).toBe('token secret-token');
  });

  it.each([
    ['a lost server', () => Promise.reject(new TypeError('failed'))],
    ['a proxy that answers HTML', () => reply(502, '<html>Bad gateway</html>')]
  ])('names %s', async (_, answer) => {
    const failed = connect(answer).call('list', {});
    await expect(failed).rejects.toBeInstanceOf(BatchError);
    await expect(failed).rejects.toMatchObject({ code: 'broker_unreachable' });
  });

  it.each([
    ['with a problem of ours', problem('signed_out', 'Sign in again.')],
    ['by a hub', { message: 'Unauthorized' }]
  ])('says that nobody is signed in any more: %s', async (_, body) => {
    const failed = connect(() => reply(401, JSON.stringify(body)));
    await expect(failed.call('list', {})).rejects.toMatchObject({
      code: 'signed_out'
    });
  });

  it('refuses an answer that does not fit the contract', async () => {
    const failed = connect(() => reply(200, '{"runs": 3}')).call('list', {});
    await expect(failed).rejects.toMatchObject({ code: 'internal' });
  });
});
