import {
  HeartbeatReply,
  HeartbeatRequest,
  Permit,
  PermitRequest,
  ReleaseReply,
  ReleaseRequest,
  TokenReply,
  TokenRequest
} from './job.js';
import type { IRoute } from './route.js';

/** What a runner may ask on the job socket; these four and no more. */
export const JOB_ROUTES = {
  permit: {
    socket: 'job',
    method: 'POST',
    path: '/v1/permit',
    summary: 'Trade the ticket for the start permit',
    body: PermitRequest,
    reply: Permit,
    status: 200,
    errors: [
      'not_yet',
      'already_running',
      'lease_conflict',
      'over',
      'bad_ticket',
      'unproven_claim'
    ]
  },
  token: {
    socket: 'job',
    method: 'POST',
    path: '/v1/token',
    summary: 'The access token of this run',
    body: TokenRequest,
    reply: TokenReply,
    status: 200,
    errors: [
      'bad_session',
      'no_identity',
      'provider_unavailable',
      'identity_refused',
      'grant_dead',
      'over'
    ]
  },
  heartbeat: {
    socket: 'job',
    method: 'POST',
    path: '/v1/heartbeat',
    summary: 'The runner lives; may it go on?',
    body: HeartbeatRequest,
    reply: HeartbeatReply,
    status: 200,
    errors: ['bad_session']
  },
  release: {
    socket: 'job',
    method: 'POST',
    path: '/v1/release',
    summary: 'The runner is done',
    body: ReleaseRequest,
    reply: ReleaseReply,
    status: 200,
    errors: ['bad_session']
  }
} as const satisfies Record<string, IRoute>;
