import { BatchError, problem, type Problem } from '@jupyterlab-batch/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** Writes a line for operators; the caller never sees it. */
export type LogDefect = (message: string, error: unknown) => void;

/** Turns whatever was thrown into a body of the one catalogue (RFC 9457). */
export function toProblem(error: unknown, log: LogDefect): Problem {
  if (error instanceof BatchError) {
    return error.problem;
  }
  const known = error as Partial<FastifyError>;
  if (known.validation) {
    return problem(
      'invalid_request',
      `The request does not fit the contract: ${known.validation
        .map(v => `${v.instancePath || '/'} ${v.message ?? ''}`)
        .join('; ')}. Client and broker may be of different versions.`,
      {
        errors: known.validation.map(v => ({
          code: 'invalid_request',
          detail: v.message ?? 'does not fit',
          pointer: v.instancePath,
          parameter: null,
          origin: null
        }))
      }
    );
  }
  if (known.statusCode !== undefined && known.statusCode < 500) {
    return problem(
      known.statusCode === 404 ? 'not_found' : 'invalid_request',
      known.statusCode === 413
        ? 'The request is too large: a notebook may have 256 MiB without its outputs.'
        : 'The broker does not understand this request. Client and broker may be of different versions.'
    );
  }
  log('unexpected error in a route', error);
  return problem(
    'internal',
    'The broker met a defect; its log has the detail (jupyter batch broker logs). Nothing was half-made.'
  );
}

export function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  if (body.retry_after !== null) {
    void reply.header('retry-after', String(body.retry_after));
  }
  return reply
    .code(body.status)
    .type('application/problem+json')
    .send(JSON.stringify(body));
}

export function notFound(request: FastifyRequest): Problem {
  return problem(
    'not_found',
    `There is no route ${request.method} here. Client and broker may be of different versions.`
  );
}
