import type { FastifyInstance } from 'fastify';

/** For whoever watches the broker; none of it is a use of it. */
export const OPERATIONS: readonly string[] = ['/livez', '/readyz', '/metrics'];

export interface IOperations {
  /** why it cannot do its work now, in words; null: it can */
  readonly unready: () => Promise<string | null>;
  readonly metrics: () => Promise<string>;
}

/** Plain text, as probes and scrapers want it; not part of the contract. */
export function serveOperations(
  app: FastifyInstance,
  { unready, metrics }: IOperations
): void {
  app.get('/livez', (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (_request, reply) => {
    const why = await unready().catch(() => 'the database does not answer');
    return reply
      .code(why === null ? 200 : 503)
      .type('text/plain')
      .send(`${why ?? 'ok'}\n`);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics())
  );
}
