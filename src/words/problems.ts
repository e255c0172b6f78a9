import {
  BatchError,
  problem,
  type ErrorCode,
  type Problem
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Whatever was thrown, as a Problem. */
export function toProblem(reason: unknown): Problem {
  return reason instanceof BatchError
    ? reason.problem
    : problem('internal', String(reason));
}

/** A heading for a problem; `detail` then says what to do about it. */
export function problemTitle(
  trans: TranslationBundle,
  { code, title }: Problem
): string {
  return TITLES[code]?.(trans) ?? title;
}

type Words = (trans: TranslationBundle) => string;

/** The codes that a browser meets; any other shows the catalogue's own title. */
const TITLES: Partial<Record<ErrorCode, Words>> = {
  invalid_notebook: trans => trans.__('This file is not a notebook'),
  nothing_to_run: trans => trans.__('The notebook has no code cells'),
  unknown_parameter: trans => trans.__('The notebook has no such parameter'),
  invalid_value: trans => trans.__('A value does not fit its parameter'),
  pinned_parameter: trans => trans.__('The site has set this parameter'),
  unknown_target: trans => trans.__('There is no such place to run on'),
  unknown_kernel: trans => trans.__('The kernel is not installed here'),
  time_limit_exceeded: trans => trans.__('The time limit is too long'),
  signed_out: trans => trans.__('You are signed out'),
  path_outside_root: trans =>
    trans.__('The path lies outside the served folder'),
  not_found: trans => trans.__('It is not there any more'),
  values_changed: trans => trans.__('Values changed meanwhile'),
  plan_changed: trans => trans.__('The files changed meanwhile'),
  files_need_confirmation: trans => trans.__('The files have to be confirmed'),
  idempotency_mismatch: trans => trans.__('This was submitted already'),
  run_active: trans => trans.__('The run has not ended yet'),
  work_unwritable: trans => trans.__('The work folder cannot be written to'),
  disk_full: trans => trans.__('There is no space left'),
  identity_refused: trans => trans.__('The identity provider refused'),
  provider_unavailable: trans =>
    trans.__('The identity provider does not answer'),
  broker_unreachable: trans => trans.__('No connection to the broker'),
  internal: trans => trans.__('A defect of jupyterlab-batch')
};
