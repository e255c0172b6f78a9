import {
  BatchError,
  checkText,
  problem,
  type Declaration,
  type Inspection,
  type KernelSpec,
  type NewRun,
  type Parameter,
  type Pin,
  type Problem,
  type ResourceProblem,
  type RuntimeOffer
} from '@jupyterlab-batch/protocol';

import type { ITargetEntry } from './ports.ts';

type FieldError = Problem['errors'][number];

const fieldError = (
  code: FieldError['code'],
  parameter: string,
  detail: string,
  origin: string | null
): FieldError => ({
  code,
  detail,
  pointer: `/parameters/${parameter}`,
  parameter,
  origin
});

/**
 * Checks the frozen parameters once more: the broker believes neither browser
 * nor terminal about types and pins (DESIGN §5, provenance).
 *
 * @throws BatchError with every parameter that does not fit
 */
export function checkParameters(
  parameters: readonly Parameter[],
  inspection: Inspection,
  pins: readonly Pin[]
): void {
  const known = new Map(inspection.parameters.map(d => [d.name, d]));
  const errors: FieldError[] = [];
  for (const parameter of parameters) {
    const declaration = known.get(parameter.name);
    if (!declaration) {
      errors.push(
        fieldError(
          'unknown_parameter',
          parameter.name,
          `${parameter.name} is not a parameter of this notebook.`,
          parameter.origin
        )
      );
    } else if (parameter.expression !== true) {
      errors.push(...checkOne(parameter, declaration));
    }
  }
  for (const pin of pins) {
    const declaration = known.get(pin.name);
    if (declaration && !keeps(pin, declaration, parameters)) {
      errors.push(
        fieldError(
          'pinned_parameter',
          pin.name,
          `${pin.name} is set to ${pin.text} by the site.`,
          pin.origin
        )
      );
    }
  }
  const [first] = errors;
  if (first) {
    throw new BatchError(
      problem(
        first.code as Problem['code'],
        errors.map(e => e.detail).join(' '),
        { errors }
      )
    );
  }
}

/** Whether the run has the pinned value: what a client calls its layer counts little. */
function keeps(
  pin: Pin,
  declaration: Declaration,
  parameters: readonly Parameter[]
): boolean {
  const given = parameters.find(({ name }) => name === pin.name);
  const type = declaration.type ?? given?.type ?? null;
  const forced = checkText({ ...declaration, type }, pin.text);
  return (
    given?.layer === 'admin' && forced.ok && given.text === forced.value.text
  );
}

function checkOne(
  parameter: Parameter,
  declaration: Declaration
): FieldError[] {
  const checked = checkText(
    // `None` without annotation: the user picked the type that came along.
    { ...declaration, type: declaration.type ?? parameter.type },
    parameter.text
  );
  return checked.ok
    ? []
    : [
        fieldError(
          'invalid_value',
          parameter.name,
          `${parameter.name} is ${JSON.stringify(parameter.text)} (${parameter.origin}), but must be ${checked.expects}.`,
          parameter.origin
        )
      ];
}

/** @throws BatchError `unknown_target` that names those there are */
export function chooseTarget(
  targets: ReadonlyMap<string, ITargetEntry>,
  name: string | null
): ITargetEntry {
  const entry =
    name === null
      ? [...targets.values()].find(t => t.isDefault)
      : targets.get(name);
  if (!entry) {
    throw new BatchError(
      problem(
        'unknown_target',
        `There is no target ${name ?? '(default)'} here. There is: ${[...targets.keys()].join(', ')}.`
      )
    );
  }
  return entry;
}

/** Names that a message lists. */
const LISTED = 12;

/** @throws BatchError `unknown_kernel` that says which there are */
export function chooseKernel(
  name: string,
  kernels: readonly KernelSpec[],
  broken: RuntimeOffer['broken']
): KernelSpec {
  const found = kernels.find(kernel => kernel.name === name);
  if (!found) {
    const wrong = broken.find(kernel => kernel.name === name);
    const names = kernels.map(kernel => kernel.name);
    const has = names.slice(0, LISTED).join(', ');
    throw new BatchError(
      problem(
        'unknown_kernel',
        wrong?.message ??
          `There is no kernel ${name} in that environment. It has: ${has}. Submit the notebook anew with one of them (--kernel), or choose another environment.`
      )
    );
  }
  return found;
}

/** What a problem is of that is of no one resource. */
const wholeOf = (code: string): string =>
  code === 'unknown_kernel'
    ? '/kernel'
    : code.startsWith('unusable_')
      ? '/runtime'
      : '/resources';

/** @throws BatchError with every resource that cannot be had */
export function checkResources(problems: readonly ResourceProblem[]): void {
  const errors = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, resource }) => ({
      code,
      detail: message,
      pointer: resource === null ? wholeOf(code) : `/resources/${resource}`,
      parameter: null,
      origin: null
    }));
  const [first] = errors;
  if (first) {
    throw new BatchError(
      problem(
        first.code as Problem['code'],
        errors.map(({ detail }) => detail).join(' '),
        { errors }
      )
    );
  }
}

/** A run whose time ran out gets this many times as much, as far as it may. */
const MORE = 2;

/**
 * Seconds for a run that had `before`, and needs more.
 *
 * @throws BatchError `time_limit_exceeded`: there is no more
 */
export function chooseMoreTime(
  before: number,
  entry: ITargetEntry,
  most: number
): number {
  if (most <= before) {
    throw new BatchError(
      problem(
        'time_limit_exceeded',
        `A run on ${entry.name} may take ${most} s at most, and this one had ${before} s. ${adviceOn(entry, most)}`
      )
    );
  }
  return Math.min(before * MORE, most);
}

const adviceOn = (entry: ITargetEntry, most: number): string =>
  most < entry.timeLimit
    ? 'Ask for less, or for another partition.'
    : 'Ask for less, or let the operator raise time_limit.';

/** Seconds; the target's limit is the default and the upper bound. */
export function chooseTimeLimit(
  run: NewRun,
  entry: ITargetEntry,
  most: number
): number {
  const limit = run.time_limit ?? most;
  if (limit > most) {
    throw new BatchError(
      problem(
        'time_limit_exceeded',
        `A run on ${entry.name} may take ${most} s at most; ${limit} s were asked for. ${adviceOn(entry, most)}`
      )
    );
  }
  return limit;
}
