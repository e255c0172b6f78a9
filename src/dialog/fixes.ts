import type { Prepared, PrepareProblem } from '@jupyterlab-batch/protocol';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRow } from './rows';
import type { Session } from './session';

/** A problem that one press mends. */
export interface IFix {
  label: string;
  apply: () => void;
}

/** Problems that belong to no parameter and are not told as a lint already. */
export function otherProblems(prepared: Prepared): PrepareProblem[] {
  const { parameters, lints } = prepared.inspection;
  const names = new Set(parameters.map(({ name }) => name));
  const told = new Set(lints.map(({ message }) => message));
  return prepared.problems.filter(
    ({ parameter, message }) =>
      (parameter === null || !names.has(parameter)) && !told.has(message)
  );
}

/** Takes a file along that lies in the project and is only left out. */
export function fixFor(
  { plan }: Prepared,
  { code, origin }: PrepareProblem,
  session: Session,
  trans: TranslationBundle
): IFix | null {
  if (code !== 'missing_file' || origin === null) {
    return null;
  }
  const path = PathExt.normalize(PathExt.join(plan.cwd, origin));
  return plan.addable.includes(path)
    ? {
        label: trans.__('Take it along'),
        apply: () => session.include(path)
      }
    : null;
}

/** The cell whose tag would make parameters of what is only suggested. */
export function cellToTag(rows: readonly IRow[]): number | null {
  const suggested = rows.filter(
    ({ declaration }) =>
      !declaration.declared && declaration.evidence === 'assignment'
  );
  const tagged = rows.some(
    ({ declaration }) => declaration.evidence === 'tagged'
  );
  const [first] = suggested;
  return tagged || !first ? null : first.declaration.cell;
}
