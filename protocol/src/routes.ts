import { Type, type TSchema } from 'typebox';

import { CellPage, CellsQuery, Outline, OutlineQuery } from './cells.js';
import type { ErrorCode } from './errors.js';
import { FilesPlan, PlanRequest } from './files.js';
import { Health, ShutdownReply, ShutdownRequest } from './health.js';
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
import { Prepared, PrepareRequest, ResultReply, SubmitRequest } from './lab.js';
import { LeaseList } from './leases.js';
import { Inspection, InspectRequest } from './notebook.js';
import {
  ChangePage,
  FileList,
  LogChunk,
  NewRun,
  PruneRequest,
  RerunRequest,
  Run,
  RunDetail,
  RunPage,
  RunQuery,
  RunRefs
} from './runs.js';
import { TargetList } from './targets.js';

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
  errors: readonly ErrorCode[];
}

const After = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, default: 0 }))
});
const Offset = Type.Object({
  offset: Type.Optional(
    Type.Integer({
      minimum: -1_000_000,
      default: 0,
      description: 'bytes; negative counts from the end'
    })
  )
});

export const ROUTES = {
  health: {
    socket: 'control',
    method: 'GET',
    path: '/v1/health',
    summary: 'Who the broker is and how it is',
    reply: Health,
    status: 200,
    browser: true,
    errors: []
  },
  shutdown: {
    socket: 'control',
    method: 'POST',
    path: '/v1/shutdown',
    summary: 'Stop the broker',
    body: ShutdownRequest,
    reply: ShutdownReply,
    status: 200,
    errors: ['broker_busy']
  },
  inspect: {
    socket: 'control',
    method: 'POST',
    path: '/v1/inspect',
    summary: 'Find the parameters of a notebook',
    body: InspectRequest,
    reply: Inspection,
    status: 200,
    errors: ['invalid_notebook', 'nothing_to_run']
  },
  plan: {
    socket: 'control',
    method: 'POST',
    path: '/v1/plan',
    summary: 'Say which files go with a run',
    body: PlanRequest,
    reply: FilesPlan,
    status: 200,
    errors: ['files_unreadable', 'symlink_leaves_tree']
  },
  submit: {
    socket: 'control',
    method: 'POST',
    path: '/v1/runs',
    summary: 'Accept a run (Idempotency-Key header)',
    body: NewRun,
    reply: Run,
    status: 201,
    errors: [
      'unknown_target',
      'unknown_parameter',
      'invalid_value',
      'pinned_parameter',
      'plan_changed',
      'files_need_confirmation',
      'time_limit_exceeded',
      'idempotency_mismatch',
      'work_unwritable',
      'disk_full'
    ]
  },
  list: {
    socket: 'control',
    method: 'GET',
    path: '/v1/runs',
    summary: 'Runs, newest first',
    query: RunQuery,
    reply: RunPage,
    status: 200,
    browser: true,
    errors: ['invalid_request']
  },
  show: {
    socket: 'control',
    method: 'GET',
    path: '/v1/runs/:id',
    summary: 'One run, by id or a unique prefix or suffix of it',
    reply: RunDetail,
    status: 200,
    browser: true,
    errors: ['not_found', 'ambiguous_id']
  },
  log: {
    socket: 'control',
    method: 'GET',
    path: '/v1/runs/:id/log',
    summary:
      'A piece of what a run printed; at the end what runner and kernel said',
    query: Offset,
    reply: LogChunk,
    status: 200,
    browser: true,
    errors: ['not_found']
  },
  outline: {
    socket: 'control',
    method: 'GET',
    path: '/v1/runs/:id/outline',
    summary: 'How each cell of a run is, or those that changed',
    query: OutlineQuery,
    reply: Outline,
    status: 200,
    browser: true,
    errors: ['not_found']
  },
  cells: {
    socket: 'control',
    method: 'GET',
    path: '/v1/runs/:id/cells',
    summary: 'Cells of a run with their outputs, live',
    query: CellsQuery,
    reply: CellPage,
    status: 200,
    browser: true,
    errors: ['not_found']
  },
  files: {
    socket: 'control',
    method: 'GET',
    path: '/v1/runs/:id/files',
    summary: 'New and changed files of a run',
    reply: FileList,
    status: 200,
    browser: true,
    errors: ['not_found']
  },
  cancel: {
    socket: 'control',
    method: 'POST',
    path: '/v1/runs/:id/cancel',
    summary: 'Cancel a run',
    reply: RunRefs,
    status: 200,
    browser: true,
    errors: ['not_found']
  },
  rerun: {
    socket: 'control',
    method: 'POST',
    path: '/v1/runs/:id/rerun',
    summary: 'Submit the same prepared notebook again',
    body: RerunRequest,
    reply: Run,
    status: 201,
    browser: true,
    errors: ['not_found', 'invalid_value']
  },
  remove: {
    socket: 'control',
    method: 'DELETE',
    path: '/v1/runs/:id',
    summary: 'Delete a run and its folder; what was delivered stays',
    reply: RunRefs,
    status: 200,
    browser: true,
    errors: ['not_found', 'run_active']
  },
  prune: {
    socket: 'control',
    method: 'POST',
    path: '/v1/prune',
    summary: 'Delete runs that ended before a time',
    body: PruneRequest,
    reply: RunRefs,
    status: 200,
    errors: []
  },
  changes: {
    socket: 'control',
    method: 'GET',
    path: '/v1/changes',
    summary: 'What changed after a revision',
    query: After,
    reply: ChangePage,
    status: 200,
    browser: true,
    errors: []
  },
  events: {
    socket: 'control',
    method: 'GET',
    path: '/v1/events',
    summary: 'Changes as Server-Sent Events',
    query: After,
    reply: ChangePage,
    status: 200,
    stream: true,
    errors: []
  },
  targets: {
    socket: 'control',
    method: 'GET',
    path: '/v1/targets',
    summary: 'Where runs can go',
    reply: TargetList,
    status: 200,
    browser: true,
    errors: []
  },
  leases: {
    socket: 'control',
    method: 'GET',
    path: '/v1/leases',
    summary: 'Open leases, the last closed ones, orphans',
    reply: LeaseList,
    status: 200,
    browser: true,
    errors: []
  },

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
      'bad_ticket'
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
    errors: ['bad_session', 'no_identity', 'provider_unavailable', 'over']
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
  },

  prepare: {
    socket: 'lab',
    method: 'POST',
    path: '/prepare',
    summary: 'Everything the dialog shows',
    body: PrepareRequest,
    reply: Prepared,
    status: 200,
    browser: true,
    errors: [
      'invalid_notebook',
      'nothing_to_run',
      'path_outside_root',
      'not_found',
      'broker_unreachable'
    ]
  },
  launch: {
    socket: 'lab',
    method: 'POST',
    path: '/submit',
    summary: 'Submit what the dialog shows (Idempotency-Key header)',
    body: SubmitRequest,
    reply: Run,
    status: 201,
    browser: true,
    errors: [
      'values_changed',
      'plan_changed',
      'unknown_kernel',
      'invalid_value',
      'unknown_parameter'
    ]
  },
  result: {
    socket: 'lab',
    method: 'POST',
    path: '/runs/:id/result',
    summary: 'Sign the executed notebook and say where it is',
    reply: ResultReply,
    status: 200,
    browser: true,
    errors: ['not_found', 'run_active', 'path_outside_root']
  }
} as const satisfies Record<string, IRoute>;

export type RouteName = keyof typeof ROUTES;
