import {
  FilesPlan,
  PlanFolder,
  PlanFolderQuery,
  PlanRequest
} from './files.js';
import { Inspection, InspectRequest } from './notebook.js';
import { Preflight, PreflightRequest } from './preflight.js';
import type { IRoute } from './route.js';
import { RuntimeOffer, RuntimeRequest } from './runtimeoffer.js';

/** What is asked before there is a run; nothing is made by it. */
export const LOOK_ROUTES = {
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
  planFolder: {
    socket: 'control',
    method: 'GET',
    path: '/v1/plans/:id',
    summary: 'What of a plan lies in one folder',
    query: PlanFolderQuery,
    reply: PlanFolder,
    status: 200,
    browser: true,
    errors: ['plan_changed']
  },
  preflight: {
    socket: 'control',
    method: 'POST',
    path: '/v1/preflight',
    summary:
      'What a target has to choose, and whether it would take such a run',
    body: PreflightRequest,
    reply: Preflight,
    status: 200,
    errors: ['unknown_target']
  },
  runtime: {
    socket: 'control',
    method: 'POST',
    path: '/v1/runtime',
    summary: 'What a run would find in an environment: Python and kernels',
    body: RuntimeRequest,
    reply: RuntimeOffer,
    status: 200,
    errors: ['unknown_target']
  }
} as const satisfies Record<string, IRoute>;
