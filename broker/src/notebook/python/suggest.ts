import type { Declaration } from '@jupyterlab-batch/protocol';

import type { IAssignment } from './assignments.ts';
import type { IInput } from './inputs.ts';
import type { IScan } from './scan.ts';

/**
 * Whether a bare assignment is worth a suggestion. Early means: in a cell up to
 * and including the first that has a literal assignment, or before the first
 * function, class, loop or `with` of the notebook. A name that the code itself
 * changes later is a state, not an input.
 */
export function isSuggested(
  input: IInput,
  declaration: Declaration,
  scan: IScan
): boolean {
  const [assignment] = input.assignments;
  return (
    declaration.default !== null &&
    !input.name.startsWith('_') &&
    !/^(?:\[\]|\{\})$/.test(declaration.default.text) &&
    isEarly(assignment, scan) &&
    otherLiteral(input) === null &&
    !scan.updates.some(({ name }) => name === input.name)
  );
}

/** A later top-level assignment of another literal, or null. */
export function otherLiteral(input: IInput): IAssignment | null {
  const [first, ...later] = input.assignments;
  return (
    later.find(
      ({ literal }) =>
        literal !== null &&
        (literal.text !== first.literal?.text ||
          literal.type !== first.literal.type)
    ) ?? null
  );
}

function isEarly(assignment: IAssignment, scan: IScan): boolean {
  const first = scan.assignments.find(({ literal }) => literal !== null);
  const { firstCompound } = scan;
  return (
    (first !== undefined && assignment.cell <= first.cell) ||
    firstCompound === null ||
    assignment.cell < firstCompound.cell ||
    (assignment.cell === firstCompound.cell &&
      assignment.from < firstCompound.from)
  );
}
