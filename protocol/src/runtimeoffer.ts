import { Type, type Static } from 'typebox';

import { KernelSpec } from './job.js';
import { ResourceProblem } from './resources.js';
import { Runtime, UsedRuntime } from './runtime.js';
import { Nullable, Strict } from './shapes.js';

/** `POST /v1/runtime`: what a run would find there. Nothing is made or queued. */
export const RuntimeRequest = Strict(
  {
    target: Nullable(Type.String(), 'null: the default target'),
    runtime: Nullable(Runtime, 'null: as-is'),
    trusted: Type.Boolean({
      description:
        'a person has chosen the environment: its programs may be started to look at them'
    }),
    python: Type.String({ description: 'sys.executable of the submitter' }),
    near: Nullable(
      Type.String(),
      'absolute folder: environments in it and above it are known, too'
    )
  },
  'RuntimeRequest'
);
export type RuntimeRequest = Static<typeof RuntimeRequest>;

export const RuntimeOffer = Strict(
  {
    used: Nullable(UsedRuntime, 'null: as-is, or it cannot be used'),
    kernels: Type.Array(KernelSpec),
    broken: Type.Array(
      Strict({ name: Type.String(), message: Type.String() }, 'BrokenKernel'),
      { description: 'kernels that nobody can start, and why' }
    ),
    problems: Type.Array(ResourceProblem),
    known: Type.Array(Runtime, { description: 'environments to choose from' })
  },
  'RuntimeOffer'
);
export type RuntimeOffer = Static<typeof RuntimeOffer>;
