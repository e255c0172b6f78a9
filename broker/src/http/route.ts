import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import {
  ROUTES,
  type ReplyOf,
  type RouteName
} from '@jupyterlab-batch/protocol';
import type { Static, TSchema } from 'typebox';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest
} from 'fastify';

import {
  notFound,
  sendProblem,
  toProblem,
  type LogDefect
} from './problems.ts';

/** 256 MiB: a notebook without its outputs is never that large. */
const BODY_LIMIT = 256 * 1024 * 1024;

type Routes = typeof ROUTES;
type Part<N extends RouteName, K extends 'body' | 'query'> =
  Routes[N] extends Record<K, infer S>
    ? S extends TSchema
      ? Static<S>
      : never
    : undefined;

/** A route's arguments as the contract has them, parsed and checked. */
export interface ICall<N extends RouteName> {
  readonly body: Part<N, 'body'>;
  readonly query: Part<N, 'query'>;
  readonly id: string;
  readonly headers: FastifyRequest['headers'];
  readonly signal: AbortSignal;
}

/** JSON that another process of ours has written, sent on as it came. */
export class Written {
  readonly body: Buffer;

  constructor(body: Buffer) {
    this.body = body;
  }
}

export type Handler<N extends RouteName> = (
  call: ICall<N>
) => Promise<ReplyOf<N> | Written>;

/** How much a caller may say, and for how long. */
interface IPatience {
  /** bytes */
  readonly bodyLimit: number;
  /** ms until a request has to be here; 0: for ever */
  readonly requestTimeout: number;
}

/** A fastify that knows the contract and speaks the one error catalogue. */
export function createServer(
  log: LogDefect,
  patience: IPatience = { bodyLimit: BODY_LIMIT, requestTimeout: 0 }
): FastifyInstance {
  const app = Fastify({
    logger: false,
    ...patience,
    // A kept-alive connection must not hold up the end of the broker.
    forceCloseConnections: true
  });
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setSerializerCompiler(() => data => JSON.stringify(data));
  app.setErrorHandler((error, _request, reply) =>
    sendProblem(reply, toProblem(error, log))
  );
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, notFound(request))
  );
  return app;
}

/** Serves one route of the contract. */
export function serve<N extends RouteName>(
  app: FastifyInstance,
  name: N,
  handler: Handler<N>
): void {
  const route = ROUTES[name];
  app.route({
    method: route.method,
    url: route.path,
    schema: {
      ...('body' in route ? { body: route.body } : {}),
      ...('query' in route ? { querystring: route.query } : {})
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      // The validator has checked both against the schemas of this very route.
      const answer = await handler({
        body: request.body as ICall<N>['body'],
        query: request.query as ICall<N>['query'],
        id: (request.params as { id?: string }).id ?? '',
        headers: request.headers,
        signal: gone.signal
      });
      return answer instanceof Written
        ? reply
            .code(route.status)
            .type('application/json; charset=utf-8')
            .send(answer.body)
        : reply.code(route.status).send(answer);
    }
  });
}
