import { Type, type Static, type TProperties } from 'typebox';

import { OutputRule } from './notebook.js';
import { Layer, BaseType } from './parameters.js';
import { Nullable, Strict, Time } from './shapes.js';

/** A kernelspec as resolved by the submitter; environment values stay out. */
export const KernelSpec = Strict(
  {
    name: Type.String(),
    display_name: Type.String(),
    language: Type.String(),
    argv: Type.Array(Type.String(), { minItems: 1 }),
    env_names: Type.Array(Type.String(), {
      description: 'names in kernel.json; the runner reads their values there'
    }),
    resource_dir: Nullable(Type.String()),
    interrupt_mode: Type.Enum(['signal', 'message'])
  },
  'KernelSpec'
);
export type KernelSpec = Static<typeof KernelSpec>;

const Frozen = Strict(
  {
    name: Type.String(),
    type: BaseType,
    text: Type.String(),
    layer: Layer,
    origin: Type.String()
  },
  'FrozenParameter'
);

/** `job.json`: all that the runner and `job.py` need to know. No secret in it. */
export const JobFile = Strict(
  {
    version: Type.Literal(1),
    run: Type.String(),
    attempt: Type.Integer({ minimum: 1 }),
    notebook: Type.String({ description: 'file name of the source' }),
    language: Type.String(),
    kernel: KernelSpec,
    cwd: Type.String({ description: 'absolute; where the kernel starts' }),
    runtime_dir: Type.String({
      description: 'short 0700 folder for sockets and the connection file'
    }),
    job_socket: Type.String({
      description:
        "path of the broker's job socket, or `far:` and the path of the file that says where it is"
    }),
    data_dir: Type.String({
      description: 'for the launcher, when the broker has to be brought back'
    }),
    config_path: Type.Array(Type.String(), {
      description: "Jupyter's config levels, so that a relaunch reads the same"
    }),
    broker_environment: Type.Record(Type.String(), Nullable(Type.String()), {
      description:
        'what the configuration depends on (null: not set), for the same relaunch'
    }),
    time_limit: Type.Integer({ minimum: 1, description: 'seconds' }),
    grace: Type.Integer({
      minimum: 0,
      description: 'seconds between interrupt and kill'
    }),
    output_cap: Type.Integer({ minimum: 1, description: 'bytes per cell' }),
    has_identity: Type.Boolean(),
    prefix: Nullable(Type.String()),
    parameters: Type.Array(Frozen),
    outputs: Type.Array(OutputRule)
  },
  'JobFile'
);
export type JobFile = Static<typeof JobFile>;

/** How a run ended, in codes that do not change. */
export const Reason = Type.Enum(
  [
    'cell_error',
    'kernel_died',
    'kernel_not_started',
    'runner_died',
    'timeout',
    'out_of_memory',
    'missing_output',
    'files_changed',
    'files_unreadable',
    'disk_full',
    'folder_gone',
    'work_unwritable',
    'lease_conflict',
    'unproven_claim',
    'identity_refused',
    'identity_unavailable',
    'refused_by_target',
    'delivery_failed',
    'internal',
    'host_gone',
    'ended_unseen',
    'user'
  ],
  { $id: 'Reason' }
);
export type Reason = Static<typeof Reason>;

function Op<const O extends string, P extends TProperties>(
  op: O,
  properties: P
) {
  const words = op
    .split('_')
    .map(word => word[0].toUpperCase() + word.slice(1));
  return Type.Object(
    {
      seq: Type.Integer({ minimum: 1, description: 'without gaps, from 1' }),
      at: Time,
      op: Type.Literal(op),
      ...properties
    },
    { $id: `${words.join('')}Event` }
  );
}

const anyObject = Type.Object({}, { additionalProperties: true });
const cell = Type.Integer({ minimum: 0, description: 'index in the notebook' });

/**
 * One line of `events.jsonl`. The operations are fold operations: applying them
 * in order to `input.ipynb` gives `output.ipynb`.
 */
export const RunEvent = Type.Union(
  [
    Op('run_started', {
      cells: Type.Integer({ description: 'code cells that will run' }),
      pid: Type.Integer(),
      kernel: Type.String()
    }),
    Op('cell_started', {
      cell,
      number: Type.Integer({ minimum: 1, description: 'k-th code cell' }),
      title: Nullable(Type.String(), 'heading above, or first comment')
    }),
    Op('execute_input', { cell, execution_count: Type.Integer() }),
    Op('output', { cell, output: anyObject }),
    Op('stream', {
      cell,
      name: Type.Enum(['stdout', 'stderr']),
      text: Type.String()
    }),
    Op('update_display', {
      display_id: Type.String(),
      data: anyObject,
      metadata: anyObject
    }),
    Op('clear', { cell }),
    Op('widget_state', { state: anyObject }),
    Op('truncated', {
      cell,
      bytes: Type.Integer({ description: 'kept in the notebook' }),
      spill: Type.String({
        description: 'file in the run folder with the rest'
      })
    }),
    Op('cell_ended', {
      cell,
      status: Type.Enum(['ok', 'error', 'interrupted', 'kernel_died']),
      ename: Nullable(Type.String()),
      evalue: Nullable(Type.String()),
      timing: anyObject
    }),
    Op('warning', {
      code: Type.String(),
      message: Type.String(),
      cell: Nullable(cell)
    }),
    Op('run_ended', {
      outcome: Type.Enum(['succeeded', 'failed', 'cancelled']),
      reason: Nullable(Reason),
      message: Nullable(Type.String()),
      cell: Nullable(cell),
      exit_code: Nullable(Type.Integer()),
      signal: Nullable(Type.String())
    })
  ],
  { $id: 'RunEvent' }
);
export type RunEvent = Static<typeof RunEvent>;

/** What `runner rebuild FOLDER` prints, and what `output.ipynb` was made of. */
export const Summary = Strict(
  {
    outcome: Nullable(
      Type.Enum(['succeeded', 'failed', 'cancelled']),
      'null: no run_ended event, the runner was killed'
    ),
    reason: Nullable(Reason),
    message: Nullable(Type.String()),
    exit_code: Nullable(Type.Integer()),
    signal: Nullable(Type.String()),
    cells: Type.Integer(),
    done: Type.Integer({ description: 'code cells that ended ok' }),
    failed_cell: Nullable(cell),
    ename: Nullable(Type.String()),
    evalue: Nullable(Type.String()),
    traceback: Nullable(Type.String(), 'plain text, without escapes'),
    warnings: Type.Array(Type.String()),
    started_at: Nullable(Time),
    ended_at: Nullable(Time),
    output_sha256: Nullable(Type.String(), 'of output.ipynb')
  },
  'Summary'
);
export type Summary = Static<typeof Summary>;

export const Secret256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const PermitRequest = Strict(
  {
    run: Type.String(),
    attempt: Type.Integer({ minimum: 1 }),
    ticket: Secret256,
    session: Secret256,
    proof: Type.Optional(
      Type.String({
        maxLength: 4096,
        pattern: '^MUNGE:[A-Za-z0-9+/=]+:$',
        description:
          'a credential of the identity service of the job\'s host (MUNGE), new for each call; its payload is the digest of this claim: the SHA-256, in hex, of the lines "jupyterlab-batch claim 1", run, attempt, SHA-256 of the ticket, and of the session, each ended by a newline'
      })
    )
  },
  'PermitRequest'
);
export type PermitRequest = Static<typeof PermitRequest>;

export const Permit = Strict(
  {
    deadline: Time,
    time_left: Type.Number({
      minimum: 0,
      description: "seconds until the deadline: the job's clock may be wrong"
    }),
    lease: Nullable(
      Strict(
        { id: Type.String(), scopes: Type.Array(Type.String()) },
        'PermitLease'
      )
    )
  },
  'Permit'
);
export type Permit = Static<typeof Permit>;

export const TokenRequest = Strict(
  { min_valid: Type.Integer({ minimum: 0, description: 'seconds' }) },
  'TokenRequest'
);
export type TokenRequest = Static<typeof TokenRequest>;

export const TokenReply = Strict(
  {
    access_token: Type.String(),
    token_type: Type.String(),
    expires_at: Nullable(Time),
    expires_in: Nullable(
      Type.Number({
        minimum: 0,
        description:
          "seconds until then, when it was answered: the job's clock may be wrong"
      })
    )
  },
  'TokenReply'
);
export type TokenReply = Static<typeof TokenReply>;

export const HeartbeatRequest = Strict(
  { seq: Type.Integer({ minimum: 0 }) },
  'HeartbeatRequest'
);
export type HeartbeatRequest = Static<typeof HeartbeatRequest>;

export const HeartbeatReply = Strict(
  { continue: Type.Boolean() },
  'HeartbeatReply'
);
export type HeartbeatReply = Static<typeof HeartbeatReply>;

export const ReleaseRequest = Strict(
  {
    outcome: Type.Enum(['succeeded', 'failed', 'cancelled']),
    exit_code: Nullable(Type.Integer())
  },
  'ReleaseRequest'
);
export type ReleaseRequest = Static<typeof ReleaseRequest>;

export const ReleaseReply = Strict({ closed: Type.Boolean() }, 'ReleaseReply');
export type ReleaseReply = Static<typeof ReleaseReply>;
