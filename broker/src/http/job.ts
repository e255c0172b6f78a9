import {
  BatchError,
  problem,
  type HeartbeatReply,
  type Permit,
  type PermitRequest,
  type ReleaseReply,
  type ReleaseRequest,
  type TokenReply
} from '@jupyterlab-batch/protocol';
import type { FastifyInstance } from 'fastify';

import { Secret } from '../secrets/secret.ts';
import type { LogDefect } from './problems.ts';
import { createServer, serve, type ICall } from './route.ts';

/** What a job may ask of the broker: four things and no more. */
export interface IJobDoor {
  permit(request: PermitRequest): Promise<Permit>;
  token(
    session: Secret,
    minValid: number,
    signal: AbortSignal
  ): Promise<TokenReply>;
  heartbeat(session: Secret): Promise<HeartbeatReply>;
  release(session: Secret, request: ReleaseRequest): Promise<ReleaseReply>;
}

/** Behind the door for other hosts whoever reaches its port may ask. */
const STRANGERS = { bodyLimit: 16 * 1024, requestTimeout: 30_000 };

/** The job socket. */
export function createJobServer(
  door: IJobDoor,
  log: LogDefect
): FastifyInstance {
  const app = createServer(log, STRANGERS);
  serve(app, 'permit', call => door.permit(call.body));
  serve(app, 'token', call =>
    door.token(session(call), call.body.min_valid, call.signal)
  );
  serve(app, 'heartbeat', call => door.heartbeat(session(call)));
  serve(app, 'release', call => door.release(session(call), call.body));
  return app;
}

/** RFC 6750 §2.1: the session secret, as a bearer. */
function session(call: Pick<ICall<'token'>, 'headers'>): Secret {
  const match = /^Bearer ([0-9a-f]{64})$/i.exec(
    call.headers.authorization ?? ''
  );
  if (!match?.[1]) {
    throw new BatchError(
      problem(
        'bad_session',
        'This route wants the session secret of the run as a bearer.'
      )
    );
  }
  return new Secret(match[1].toLowerCase());
}
