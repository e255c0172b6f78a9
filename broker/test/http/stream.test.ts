import { getEventListeners, once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { Change } from '@jupyterlab-batch/protocol';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, it, vi } from 'vitest';

import { createServer } from '../../src/http/route.ts';
import { streamChanges, type ChangeFeed } from '../../src/http/stream.ts';

let app: FastifyInstance | null = null;
let peers: Socket[] = [];
afterEach(async () => {
  peers = [];
  await app?.close();
  app = null;
});

/** Serves a feed on a loopback port, and reads it as a browser would. */
async function open(feed: ChangeFeed, query = ''): Promise<IncomingMessage> {
  app = createServer(() => undefined);
  streamChanges(app, feed);
  app.server.on('connection', (socket: Socket) => peers.push(socket));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const request = get({ port, host: '127.0.0.1', path: `/v1/events${query}` });
  const [reply] = (await once(request, 'response')) as [IncomingMessage];
  reply.setEncoding('utf8');
  return reply;
}

function change(revision: number): Change {
  return { id: `run ${revision}`, state: 'running', revision };
}

it('sends each change as an event that a browser can take up again from', async () => {
  const asked: number[] = [];
  const reply = await open(async function* (after) {
    asked.push(after);
    yield change(after + 1);
    yield { ...change(after + 2), state: null };
  }, '?after=41');
  let text = '';
  for await (const part of reply) {
    text += String(part);
  }
  expect(asked).toEqual([41]);
  expect(reply.headers['content-type']).toBe('text/event-stream');
  expect(text).toBe(
    ': connected\n\n' +
      'event: change\nid: 42\ndata: {"id":"run 42","state":"running","revision":42}\n\n' +
      'event: change\nid: 43\ndata: {"id":"run 43","state":null,"revision":43}\n\n'
  );
});

it('ends the feed of a reader that has gone', async () => {
  let left = () => {};
  const gone = new Promise<void>(resolve => {
    left = resolve;
  });
  const reply = await open(async function* (_, signal) {
    yield change(1);
    await once(signal, 'abort');
    left();
  });
  await once(reply, 'data');
  reply.destroy();
  await gone;
});

it('waits for a slow reader, however often, and loses nothing', async () => {
  const many = 20_000;
  let ahead = 0;
  let listeners = 0;
  const reply = await open(async function* (_, signal) {
    for (let revision = 1; revision <= many; revision += 1) {
      ahead = revision;
      yield { ...change(revision), id: 'x'.repeat(500) };
      listeners = getEventListeners(signal, 'abort').length;
    }
  });
  reply.pause();
  // What lies between both ends fills up, and then the feed stands still.
  await vi.waitUntil(() => peers[0]?.writableNeedDrain, 20_000);
  expect(ahead).toBeLessThan(many);
  let text = '';
  for await (const part of reply) {
    text += String(part);
  }
  expect(text.match(/^id: \d+$/gm)).toHaveLength(many);
  expect(listeners, 'each wait cleans up after itself').toBeLessThan(3);
});

it('refuses a revision that is none', async () => {
  const reply = await open(async function* () {}, '?after=soon');
  expect(reply.statusCode).toBe(400);
  reply.resume();
});
