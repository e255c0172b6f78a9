import type { Problem } from './problem.js';

/**
 * The one catalogue: code → HTTP status and title. Codes are stable; the
 * `detail` of a problem says what to do about it. 4xx: the caller's fault,
 * 409 state, 502/504 a backend, 500 a bug.
 */
export const ERRORS = {
  invalid_request: [400, 'The request does not fit the contract'],
  invalid_notebook: [422, 'This file is not a notebook'],
  nothing_to_run: [422, 'The notebook has no code cells'],
  unknown_parameter: [422, 'The notebook has no such parameter'],
  invalid_value: [422, 'The value does not fit the type of the parameter'],
  missing_value: [422, 'The parameter has no value'],
  pinned_parameter: [422, 'The site has set this parameter'],
  invalid_parameter_name: [422, 'The name cannot be a variable'],
  untyped_parameter: [422, 'The parameter has no type yet'],
  malformed_file: [422, 'A parameter file cannot be read'],
  unreadable_file: [422, 'A parameter file may not be read'],
  two_formats: [422, 'Two parameter files compete in one place'],
  missing_settings_file: [422, 'The named settings file is not there'],
  malformed_config: [422, 'The configuration does not fit its schema'],
  unknown_target: [422, 'There is no such target'],
  unknown_identity: [
    422,
    'The target names an identity that is not configured'
  ],
  unknown_kernel: [422, 'The kernel is not installed here'],
  time_limit_exceeded: [422, 'The time limit is above what the target allows'],
  invalid_resource: [422, 'This cannot be read as a resource'],
  resource_unavailable: [422, 'The target has no such resource'],
  resource_not_allowed: [422, 'The site does not allow such a resource'],
  target_refused: [422, 'The scheduler of the target would refuse the run'],
  unusable_runtime: [422, 'The environment of the run cannot be used'],
  unusable_python: [422, 'The Python of the run cannot start it'],
  target_unreachable: [503, 'The scheduler of the target does not answer'],
  signed_out: [401, 'The Jupyter session is over'],
  path_outside_root: [403, 'The path lies outside the served folder'],
  not_found: [404, 'There is nothing of that name'],
  ambiguous_id: [409, 'More than one run has such an id'],
  values_changed: [409, 'A value is no longer what was shown'],
  plan_changed: [409, 'The files are no longer what was shown'],
  files_need_confirmation: [409, 'The files plan has to be confirmed'],
  files_unreadable: [422, 'A file of the project cannot be read'],
  symlink_leaves_tree: [422, 'A symbolic link leads out of the project'],
  delivery_unwritable: [422, 'Results cannot be delivered there'],
  work_unwritable: [422, 'The work folder cannot be written to'],
  idempotency_mismatch: [409, 'The idempotency key was used for another run'],
  run_active: [409, 'The run has not ended yet'],
  not_yet: [409, 'The attempt has not been observed running yet'],
  already_running: [409, 'Another attempt of this run holds the permit'],
  lease_conflict: [409, 'The ticket was traded with another session secret'],
  over: [410, 'The attempt is over'],
  unproven_claim: [403, 'The claim does not come from the job'],
  bad_ticket: [403, 'The ticket does not fit this attempt'],
  bad_session: [401, 'The session secret is not known'],
  no_identity: [404, 'This run holds no credential'],
  provider_unavailable: [503, 'The identity provider does not answer'],
  identity_refused: [502, 'The identity provider refused'],
  grant_dead: [502, 'The grant behind the credential is dead'],
  broker_unreachable: [503, 'The broker does not answer'],
  broker_elsewhere: [409, 'The broker runs on another machine'],
  broker_not_installed: [503, 'A part of jupyterlab-batch is missing'],
  broker_not_started: [503, 'The broker could not be started'],
  broker_outdated: [409, 'The broker that runs is of another version'],
  unsafe_folder: [503, 'A private folder is open to others'],
  broker_busy: [409, 'The broker has active runs or open leases'],
  disk_full: [507, 'There is no space left on the device'],
  unsupported_platform: [501, 'This platform is not supported'],
  internal: [500, 'A defect of jupyterlab-batch']
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

/** Builds a Problem from its code; the only place that spells its members. */
export function problem(
  code: ErrorCode,
  detail: string,
  more: Partial<Pick<Problem, 'errors' | 'retry_after'>> = {}
): Problem {
  const [status, title] = ERRORS[code];
  return {
    type: `urn:jupyterlab-batch:error:${code}`,
    title,
    status,
    detail,
    code,
    errors: more.errors ?? [],
    retry_after: more.retry_after ?? null
  };
}

/** A refusal or failure, as the catalogue names it. */
export class BatchError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'BatchError';
  }

  get code(): Problem['code'] {
    return this.problem.code;
  }
}
