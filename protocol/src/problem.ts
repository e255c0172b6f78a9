import { Type, type Static } from 'typebox';

import { ERRORS, type ErrorCode } from './errors.js';
import { Nullable, Strict } from './shapes.js';

/** RFC 9457, with our code and, for fields, JSON pointers. */
export const Problem = Strict(
  {
    type: Type.String({ description: 'urn:jupyterlab-batch:error:CODE' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({
      description: 'what happened and what to do about it'
    }),
    code: Type.Enum(Object.keys(ERRORS) as ErrorCode[]),
    errors: Type.Array(
      Strict(
        {
          code: Type.String(),
          detail: Type.String(),
          pointer: Nullable(Type.String(), 'JSON pointer, or parameters/NAME'),
          parameter: Nullable(Type.String()),
          origin: Nullable(Type.String())
        },
        'ProblemError'
      )
    ),
    retry_after: Nullable(Type.Integer(), 'seconds')
  },
  'Problem'
);
export type Problem = Static<typeof Problem>;
