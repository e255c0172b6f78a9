import { BatchError, ERRORS, problem } from '@jupyterlab-batch/protocol';
import { beforeEach, describe, expect, it } from 'vitest';

import { createJobServer, type IJobDoor } from '../../src/http/job.ts';

const SESSION = 'ab'.repeat(32);
const permit = {
  run: '01a20701-3015-720c-8fab-05f168c9efa6',
  attempt: 1,
  ticket: 'cd'.repeat(32),
  session: SESSION
};

/** Notes what reaches it, and answers what it is told to. */
class Door implements IJobDoor {
  readonly calls: unknown[] = [];
  fails: Error | null = null;

  async permit(request: unknown) {
    return this.#answer(['permit', request], {
      deadline: '2026-11-26T12:00:00.000Z',
      time_left: 3600,
      lease: null
    });
  }

  async token(session: { reveal(): string }, minValid: number) {
    return this.#answer(['token', session.reveal(), minValid], {
      access_token: 't',
      token_type: 'Bearer',
      expires_at: null,
      expires_in: null
    });
  }

  async heartbeat(session: { reveal(): string }) {
    return this.#answer(['heartbeat', session.reveal()], { continue: true });
  }

  async release(session: { reveal(): string }, request: unknown) {
    return this.#answer(['release', session.reveal(), request], {
      closed: true
    });
  }

  async #answer<T>(call: unknown, reply: T): Promise<T> {
    if (this.fails !== null) {
      throw this.fails;
    }
    this.calls.push(call);
    return reply;
  }
}

let door: Door;
let defects: unknown[];
beforeEach(() => {
  door = new Door();
  defects = [];
});

async function post(path: string, body: unknown, authorization?: string) {
  const app = createJobServer(door, (_, error) => defects.push(error));
  const reply = await app.inject({
    method: 'POST',
    url: path,
    headers: {
      'content-type': 'application/json',
      ...(authorization === undefined ? {} : { authorization })
    },
    payload: typeof body === 'string' ? body : JSON.stringify(body)
  });
  await app.close();
  return { reply, body: reply.json<{ code?: string; detail?: string }>() };
}

describe('the job socket', () => {
  it('has four routes and no more', async () => {
    for (const path of ['/v1/runs', '/v1/health', '/v1/shutdown', '/']) {
      const { reply, body } = await post(path, {});
      expect([reply.statusCode, body.code]).toEqual([404, 'not_found']);
    }
    expect(door.calls).toEqual([]);
  });

  it('passes a claim on as it is', async () => {
    const { reply } = await post('/v1/permit', permit);
    expect(reply.statusCode).toBe(200);
    expect(door.calls).toEqual([['permit', permit]]);
  });

  it.each([
    ['no ticket', { ...permit, ticket: undefined }],
    ['a short ticket', { ...permit, ticket: 'cd' }],
    ['a ticket that is no text', { ...permit, ticket: 7 }],
    ['a ticket in a list', { ...permit, ticket: [permit.ticket] }],
    ['a word more', { ...permit, scope: 'all' }],
    ['no object', [permit]],
    ['nothing', 'null'],
    ['half a body', '{"run":']
  ])('refuses a claim with %s, and repeats none of it', async (_, body) => {
    const { reply, body: said } = await post('/v1/permit', body);
    expect([reply.statusCode, said.code]).toEqual([400, 'invalid_request']);
    expect(reply.body).not.toContain(permit.ticket);
    expect(door.calls).toEqual([]);
  });

  it('reads no more from a stranger than a claim can be', async () => {
    const { reply } = await post('/v1/permit', {
      ...permit,
      ticket: 'x'.repeat(64 * 1024)
    });
    expect(reply.json()).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('too large') as string
    });
    expect(door.calls).toEqual([]);
  });

  it('waits for no stranger who sends his claim without end', () => {
    const { server } = createJobServer(door, () => undefined);
    expect(server.requestTimeout).toBe(30_000);
  });

  it('knows a session by its bearer, whatever its case', async () => {
    for (const header of [
      `Bearer ${SESSION}`,
      `bearer ${SESSION.toUpperCase()}`
    ]) {
      await post('/v1/token', { min_valid: 60 }, header);
    }
    const call = ['token', SESSION, 60];
    expect(door.calls).toEqual([call, call]);
  });

  it.each([
    ['none', undefined],
    ['another scheme', `Basic ${SESSION}`],
    ['half a secret', `Bearer ${SESSION.slice(1)}`],
    ['more than a secret', `Bearer ${SESSION}0`],
    ['two', `Bearer ${SESSION}, Bearer ${SESSION}`]
  ])('refuses a session with a bearer that is %s', async (_, header) => {
    for (const [path, body] of [
      ['/v1/token', { min_valid: 60 }],
      ['/v1/heartbeat', { seq: 1 }],
      ['/v1/release', { outcome: 'succeeded', exit_code: 0 }]
    ] as const) {
      const { reply, body: said } = await post(path, body, header);
      expect([reply.statusCode, said.code]).toEqual([
        ERRORS.bad_session[0],
        'bad_session'
      ]);
      expect(reply.body).not.toContain(SESSION.slice(1));
    }
    expect(door.calls).toEqual([]);
  });

  it('says how long to wait', async () => {
    door.fails = new BatchError(
      problem('provider_unavailable', 'Later.', { retry_after: 7 })
    );
    const { reply } = await post(
      '/v1/token',
      { min_valid: 60 },
      `Bearer ${SESSION}`
    );
    expect(reply.statusCode).toBe(503);
    expect(reply.headers['retry-after']).toBe('7');
    expect(reply.headers['content-type']).toContain('application/problem+json');
  });

  it('tells a defect to the log, and to the caller only that there is one', async () => {
    door.fails = new Error(`cannot read ${SESSION}`);
    const { reply, body } = await post('/v1/permit', permit);
    expect([reply.statusCode, body.code]).toEqual([500, 'internal']);
    expect(reply.body).not.toContain('cannot read');
    expect(defects).toEqual([door.fails]);
  });
});
