import type {
  Prepared,
  ResourceName,
  ResourceProblem
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import { parseDuration, writeDuration } from '../words/duration';
import { expectedWords } from '../words/expected';
import type { IChoices } from './choices';
import { DELIVER_TO, UNWRITABLE } from './deliverto';
import type { IRow } from './rows';

/** Something that keeps the run from being submitted, and where it is mended. */
export interface IAttention {
  /** `data-field` of the element to focus */
  field: string;
  message: string;
  /** of the message: of the server, where it is not in the user's language */
  lang?: 'en';
}

export function parameterField(name: string): string {
  return `parameter:${name}`;
}

export function resourceField(name: ResourceName): string {
  return `resource:${name}`;
}

/** `data-field` of what says where Python comes from. */
export const RUNTIME = 'runtime';

/** Whether a problem is of the environment, and not of where it runs. */
export const isOfRuntime = ({ code }: ResourceProblem): boolean =>
  code === 'unusable_runtime' || code === 'unusable_python';

/** What has to be settled before the run can go, from top to bottom. */
export function attention(
  trans: TranslationBundle,
  prepared: Prepared,
  rows: readonly IRow[],
  choices: IChoices
): IAttention[] {
  const found: IAttention[] = [];
  const edited = new Set(rows.filter(row => row.edited).map(rowName));
  for (const problem of prepared.problems) {
    // An edit is above the file that is wrong, and so mends it for this run.
    if (problem.severity === 'error' && !edited.has(problem.parameter ?? '')) {
      found.push({
        field: problem.parameter
          ? parameterField(problem.parameter)
          : problem.code === UNWRITABLE
            ? DELIVER_TO
            : 'problems',
        message: problem.message,
        lang: 'en'
      });
    }
  }
  const named = new Set(found.map(({ field }) => field));
  for (const row of rows) {
    const message = rowMessage(trans, row);
    const field = parameterField(rowName(row));
    if (message !== null && !named.has(field)) {
      found.push({ field, message: trans.__('%1: %2', rowName(row), message) });
    }
  }
  const unusable = prepared.preflight.problems.some(
    problem => problem.severity === 'error' && isOfRuntime(problem)
  );
  // without its environment nobody knows which kernels there are
  if (prepared.kernel === null && !unusable) {
    found.push({
      field: 'kernel',
      message: trans.__('The kernel of this notebook is not here: choose one.')
    });
  }
  for (const problem of prepared.preflight.problems) {
    if (problem.severity === 'error') {
      found.push({
        field: fieldOf(problem),
        message: problem.message,
        lang: 'en'
      });
    }
  }
  const limit = timeLimitMessage(trans, prepared, choices);
  if (limit !== null) {
    found.push({ field: 'time-limit', message: limit });
  }
  if (
    prepared.plan.ask !== null &&
    choices.confirmedPlan !== prepared.plan.id
  ) {
    found.push({
      field: 'confirm',
      message: trans.__('The files have to be confirmed.')
    });
  }
  return found;
}

function fieldOf(problem: ResourceProblem): string {
  if (problem.resource !== null) {
    return resourceField(problem.resource);
  }
  if (isOfRuntime(problem)) {
    return RUNTIME;
  }
  return problem.code === 'unknown_kernel' ? 'kernel' : 'target';
}

/** Why the value of a row does not do; null: it does. */
export function rowMessage(
  trans: TranslationBundle,
  { checked, type, declaration }: IRow
): string | null {
  if (checked === null || checked.ok) {
    return null;
  }
  if (type === null) {
    return trans.__('pick a type first');
  }
  return checked.expects === ''
    ? trans.__('needs a value')
    : trans.__('expects %1', expectedWords(trans, { ...declaration, type }));
}

export function timeLimitMessage(
  trans: TranslationBundle,
  prepared: Prepared,
  { timeLimit }: IChoices
): string | null {
  if (timeLimit.trim() === '') {
    return null;
  }
  const seconds = parseDuration(timeLimit);
  if (seconds === null) {
    return trans.__('A time limit reads like 2 h, 90m or 1h 30min.');
  }
  return seconds > prepared.preflight.time_limit
    ? trans.__(
        'At most %1 here.',
        writeDuration(trans, prepared.preflight.time_limit)
      )
    : null;
}

function rowName({ declaration }: IRow): string {
  return declaration.name;
}
