import { once } from 'node:events';

import { ROUTES, type Change } from '@jupyterlab-batch/protocol';
import type { FastifyInstance } from 'fastify';

/** Changes after a revision, then as they come, until the signal aborts. */
export type ChangeFeed = (
  after: number,
  signal: AbortSignal
) => AsyncIterable<Change>;

/** A comment this often keeps proxies and dead peers honest. */
const KEEP_ALIVE_MS = 15_000;

/** `GET /v1/events` as Server-Sent Events (WHATWG HTML §9.2). */
export function streamChanges(app: FastifyInstance, feed: ChangeFeed): void {
  const route = ROUTES.events;
  app.get(
    route.path,
    { schema: { querystring: route.query } },
    async (request, reply) => {
      const { after } = request.query as { after?: number };
      const ended = new AbortController();
      const { raw } = reply;
      raw.once('close', () => ended.abort());
      reply.hijack();
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store'
      });
      raw.write(': connected\n\n');
      const alive = setInterval(() => raw.write(': alive\n\n'), KEEP_ALIVE_MS);
      try {
        for await (const change of feed(after ?? 0, ended.signal)) {
          const line =
            `event: change\nid: ${change.revision}\n` +
            `data: ${JSON.stringify(change)}\n\n`;
          if (!raw.write(line)) {
            await drained(raw, ended.signal);
          }
        }
      } finally {
        clearInterval(alive);
        raw.end();
      }
    }
  );
}

async function drained(
  raw: NodeJS.EventEmitter,
  signal: AbortSignal
): Promise<void> {
  try {
    await once(raw, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}
