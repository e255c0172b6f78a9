import { Type } from 'typebox';

import { AuditPage, AuditQuery, AuditVerdict } from './audit.js';
import { CellPage, CellsQuery, Outline, OutlineQuery } from './cells.js';
import { Examination } from './examination.js';
import { Health, ShutdownReply, ShutdownRequest } from './health.js';
import { JOB_ROUTES } from './jobroutes.js';
import { LAB_ROUTES } from './labroutes.js';
import {
  DismissReply,
  DismissRequest,
  LeaseList,
  RevokeReply,
  RevokeRequest,
  RotateReply
} from './leases.js';
import { LOOK_ROUTES } from './lookroutes.js';
import { NotebookContent } from './notebook.js';
import { PREFLIGHT_ERRORS } from './preflight.js';
import type { IRoute } from './route.js';
import {
  ChangePage,
  FileList,
  LogChunk,
  NewRun,
  NotebookPage,
  PruneRequest,
  RerunRequest,
  Run,
  RunDetail,
  RunPage,
  RunQuery,
  RunRecord,
  RunRefs
} from './runs.js';
import { TargetList } from './targets.js';

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
  ...LOOK_ROUTES,
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
      ...PREFLIGHT_ERRORS,
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
  notebooks: {
    socket: 'control',
    method: 'GET',
    path: '/v1/notebooks',
    summary: 'Notebooks of the runs that fit, with how many each has',
    query: RunQuery,
    reply: NotebookPage,
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
  record: {
    socket: 'control',
    method: 'GET',
    path: '/v1/runs/:id/record',
    summary: 'record.json of an ended run',
    reply: RunRecord,
    status: 200,
    browser: true,
    errors: ['not_found']
  },
  source: {
    socket: 'control',
    method: 'GET',
    path: '/v1/runs/:id/source',
    summary: 'The notebook as it was submitted',
    reply: NotebookContent,
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
    summary: 'Submit the same prepared notebook again (Idempotency-Key header)',
    body: RerunRequest,
    reply: Run,
    status: 201,
    browser: true,
    errors: [
      'not_found',
      'invalid_value',
      ...PREFLIGHT_ERRORS,
      'idempotency_mismatch'
    ]
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
  revokeLeases: {
    socket: 'control',
    method: 'POST',
    path: '/v1/leases/revoke',
    summary: 'Revoke credentials now, whatever their runs do',
    body: RevokeRequest,
    reply: RevokeReply,
    status: 200,
    browser: true,
    errors: ['not_found', 'ambiguous_id', 'invalid_request']
  },
  dismissOrphans: {
    socket: 'control',
    method: 'POST',
    path: '/v1/leases/dismiss',
    summary:
      'Say of orphans that nothing of them is left at the provider, and how that is known',
    body: DismissRequest,
    reply: DismissReply,
    status: 200,
    errors: ['not_found', 'ambiguous_id', 'disk_full']
  },
  audit: {
    socket: 'control',
    method: 'GET',
    path: '/v1/audit',
    summary: 'Audit rows, oldest first',
    query: AuditQuery,
    reply: AuditPage,
    status: 200,
    errors: []
  },
  verifyAudit: {
    socket: 'control',
    method: 'GET',
    path: '/v1/audit/verify',
    summary: 'Whether the audit rows are as they were written',
    reply: AuditVerdict,
    status: 200,
    errors: []
  },
  rotateKey: {
    socket: 'control',
    method: 'POST',
    path: '/v1/keys/rotate',
    summary: 'Put another key-encryption key in the place of the one there is',
    reply: RotateReply,
    status: 200,
    errors: ['invalid_request', 'broker_busy', 'disk_full']
  },
  examine: {
    socket: 'control',
    method: 'POST',
    path: '/v1/identities/:id/examine',
    summary:
      'Find out with a throw-away client what an identity provider really does; leases go by it',
    reply: Examination,
    status: 200,
    errors: [
      'unknown_identity',
      'provider_unavailable',
      'identity_refused',
      'disk_full'
    ]
  },

  ...JOB_ROUTES,
  ...LAB_ROUTES
} as const satisfies Record<string, IRoute>;

export type RouteName = keyof typeof ROUTES;
