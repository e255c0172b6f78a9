import type { TSchema } from 'typebox';

import type { ErrorCode } from './errors.js';

/**
 * Every route there is. `control` and `job` are the broker's two sockets;
 * `lab` is what the Jupyter server adds under `<base_url>/jupyterlab-batch`,
 * where it also passes on the control routes marked `browser`.
 */
export interface IRoute {
  socket: 'control' | 'job' | 'lab';
  method: 'GET' | 'POST' | 'DELETE';
  /** `:name` marks a parameter, as fastify writes it */
  path: string;
  summary: string;
  query?: TSchema;
  body?: TSchema;
  reply: TSchema;
  status: 200 | 201;
  /** the browser may call it through the Jupyter server */
  browser?: boolean;
  /** answered as `text/event-stream` */
  stream?: boolean;
  /** answered as bytes, for a link: `call` does not take them */
  binary?: boolean;
  errors: readonly ErrorCode[];
}
