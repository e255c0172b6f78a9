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
  // A newer server may have codes of its own.
  return code in TITLES ? TITLES[code](trans) : title;
}

type Words = (trans: TranslationBundle) => string;

/** For each code of the catalogue: a new one does not compile without its title. */
const TITLES: Record<ErrorCode, Words> = {
  invalid_notebook: trans => trans.__('This file is not a notebook'),
  nothing_to_run: trans => trans.__('The notebook has no code cells'),
  unknown_parameter: trans => trans.__('The notebook has no such parameter'),
  invalid_value: trans => trans.__('A value does not fit its parameter'),
  pinned_parameter: trans => trans.__('The site has set this parameter'),
  unknown_target: trans => trans.__('There is no such place to run on'),
  unknown_kernel: trans => trans.__('The kernel is not installed here'),
  time_limit_exceeded: trans => trans.__('The time limit is too long'),
  invalid_resource: trans => trans.__('A resource cannot be read'),
  resource_unavailable: trans => trans.__('The target has no such resource'),
  resource_not_allowed: trans =>
    trans.__('The site does not allow such a resource'),
  target_refused: trans => trans.__('The cluster would refuse the run'),
  unusable_runtime: trans =>
    trans.__('The environment of the run cannot be used'),
  unusable_python: trans => trans.__('The Python of the run cannot start it'),
  target_unreachable: trans =>
    trans.__('The scheduler of the target does not answer'),
  signed_out: trans => trans.__('You are signed out'),
  path_outside_root: trans =>
    trans.__('The path lies outside the served folder'),
  not_found: trans => trans.__('It is not there any more'),
  values_changed: trans => trans.__('Values changed meanwhile'),
  plan_changed: trans => trans.__('The files changed meanwhile'),
  files_need_confirmation: trans => trans.__('The files have to be confirmed'),
  idempotency_mismatch: trans => trans.__('This was submitted already'),
  run_active: trans => trans.__('The run has not ended yet'),
  delivery_unwritable: trans => trans.__('The results cannot be put there'),
  work_unwritable: trans => trans.__('The work folder cannot be written to'),
  disk_full: trans => trans.__('There is no space left'),
  identity_refused: trans => trans.__('The identity provider refused'),
  grant_dead: trans => trans.__('The grant behind the credential is dead'),
  provider_unavailable: trans =>
    trans.__('The identity provider does not answer'),
  broker_unreachable: trans => trans.__('No connection to the broker'),
  internal: trans => trans.__('A defect of jupyterlab-batch'),
  invalid_request: trans => trans.__('The request does not fit the contract'),
  missing_value: trans => trans.__('The parameter has no value'),
  invalid_parameter_name: trans => trans.__('The name cannot be a variable'),
  untyped_parameter: trans => trans.__('The parameter has no type yet'),
  malformed_file: trans => trans.__('A parameter file cannot be read'),
  unreadable_file: trans => trans.__('A parameter file may not be read'),
  two_formats: trans => trans.__('Two parameter files compete in one place'),
  missing_settings_file: trans =>
    trans.__('The named settings file is not there'),
  malformed_config: trans =>
    trans.__('The configuration does not fit its schema'),
  unknown_identity: trans =>
    trans.__('The target names an identity that is not configured'),
  ambiguous_id: trans => trans.__('More than one run has such an id'),
  files_unreadable: trans => trans.__('A file of the project cannot be read'),
  symlink_leaves_tree: trans =>
    trans.__('A symbolic link leads out of the project'),
  not_yet: trans => trans.__('The attempt has not been observed running yet'),
  already_running: trans =>
    trans.__('Another attempt of this run holds the permit'),
  lease_conflict: trans =>
    trans.__('The ticket was traded with another session secret'),
  over: trans => trans.__('The attempt is over'),
  unproven_claim: trans => trans.__('The claim does not come from the job'),
  bad_ticket: trans => trans.__('The ticket does not fit this attempt'),
  bad_session: trans => trans.__('The session secret is not known'),
  no_identity: trans => trans.__('This run holds no credential'),
  broker_elsewhere: trans => trans.__('The broker runs on another machine'),
  broker_not_installed: trans =>
    trans.__('A part of jupyterlab-batch is missing'),
  broker_not_started: trans => trans.__('The broker could not be started'),
  broker_outdated: trans =>
    trans.__('The broker that runs is of another version'),
  unsafe_folder: trans => trans.__('A private folder is open to others'),
  broker_busy: trans => trans.__('The broker has active runs or open leases'),
  unsupported_platform: trans => trans.__('This platform is not supported')
};
