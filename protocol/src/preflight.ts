import { Type, type Static } from 'typebox';

import { KernelSpec } from './job.js';
import { ResourceField, ResourceProblem, Resources } from './resources.js';
import { Runtime } from './runtime.js';
import { Nullable, Strict, Time } from './shapes.js';

/** Why a target would not take a run. */
export const PREFLIGHT_ERRORS = [
  'invalid_resource',
  'resource_unavailable',
  'resource_not_allowed',
  'target_refused',
  'unusable_runtime',
  'unusable_python',
  'unknown_kernel'
] as const;

/** `POST /v1/preflight`: would the target take such a run? Nothing is queued. */
export const PreflightRequest = Strict(
  {
    target: Nullable(Type.String(), 'null: the default target'),
    resources: Resources,
    time_limit: Nullable(
      Type.Integer({ minimum: 1 }),
      'seconds; null: as many as may be'
    ),
    python: Nullable(Type.String(), 'of the submitter'),
    runtime: Type.Optional(Nullable(Runtime, 'null: as-is')),
    trusted: Type.Optional(
      Type.Boolean({
        description:
          'a person has chosen the environment: its programs may be started to look at them; absent: not'
      })
    ),
    kernel: Nullable(KernelSpec)
  },
  'PreflightRequest'
);
export type PreflightRequest = Static<typeof PreflightRequest>;

export const Preflight = Strict(
  {
    fields: Type.Array(ResourceField, {
      description: 'empty: the target has nothing to choose'
    }),
    resources: Resources,
    problems: Type.Array(ResourceProblem),
    time_limit: Type.Integer({
      minimum: 1,
      description:
        'seconds; the most that a run may take there, and the default'
    }),
    starts_at: Nullable(Time, "the scheduler's estimate")
  },
  'Preflight'
);
export type Preflight = Static<typeof Preflight>;
