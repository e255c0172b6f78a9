import { Type, type Static } from 'typebox';

import { Strict } from './shapes.js';

const RuntimeKind = Type.Enum(['virtualenv', 'conda']);

/**
 * An environment that a run takes its Python and its kernels from. Where there is
 * none (null) they are those that it is submitted from: as-is.
 */
export const Runtime = Strict(
  {
    kind: RuntimeKind,
    path: Type.String({
      maxLength: 4096,
      description: "its folder; of a conda environment also its name (no '/')"
    })
  },
  'Runtime'
);
export type Runtime = Static<typeof Runtime>;

/** The same as it was found, and as the record keeps it. */
export const UsedRuntime = Strict(
  {
    kind: RuntimeKind,
    path: Type.String({ description: 'absolute' }),
    python: Type.String({ description: 'its interpreter, absolute' }),
    version: Type.String({ description: 'of Python: 3.11.2' })
  },
  'UsedRuntime'
);
export type UsedRuntime = Static<typeof UsedRuntime>;
