import { Type } from 'typebox';

import {
  GivenValues,
  Located,
  Prepared,
  PrepareRequest,
  ResultReply,
  SubmitRequest,
  ValuesRequest
} from './lab.js';
import type { IRoute } from './route.js';
import { FileQuery, Run } from './runs.js';

/** What the Jupyter server answers itself, out of contents and kernelspecs. */
export const LAB_ROUTES = {
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
  values: {
    socket: 'lab',
    method: 'POST',
    path: '/values',
    summary: 'Read values from a parameter file or pasted lines',
    body: ValuesRequest,
    reply: GivenValues,
    status: 200,
    browser: true,
    errors: [
      'malformed_file',
      'invalid_notebook',
      'nothing_to_run',
      'path_outside_root',
      'not_found',
      'broker_unreachable'
    ]
  },
  locate: {
    socket: 'lab',
    method: 'GET',
    path: '/locate',
    summary: 'How runs name a notebook of the contents manager',
    query: Type.Object(
      { path: Type.String() },
      { additionalProperties: false }
    ),
    reply: Located,
    status: 200,
    browser: true,
    errors: ['path_outside_root']
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
  },
  download: {
    socket: 'lab',
    method: 'GET',
    path: '/runs/:id/file',
    summary: 'A file of a run, as an attachment',
    query: FileQuery,
    reply: Type.String({ contentMediaType: 'application/octet-stream' }),
    status: 200,
    browser: true,
    binary: true,
    errors: ['not_found']
  }
} as const satisfies Record<string, IRoute>;
