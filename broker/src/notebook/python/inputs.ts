import type { IMetadata } from '../metadata.ts';
import { isName, normalName } from '../names.ts';
import type { IAssignment } from './assignments.ts';
import type { IEnvironmentRead } from './environment.ts';
import type { IAskedFor, IParamsCall } from './params.ts';
import { isInjected, isTagged, type IScan } from './scan.ts';
import type { IWidget } from './widgets.ts';

type Declared = IMetadata['parameters'][number];

/** Everything that speaks of one name. */
export interface IInput {
  name: string;
  metadata: Declared | null;
  /** in the tagged cell */
  tagged: IAssignment | null;
  /** in a cell that an earlier injection left: it overrules the tagged one */
  injected: IAssignment | null;
  widget: IWidget | null;
  environment: IEnvironmentRead[];
  /** by `params(…)`, which sees the values of the run by itself */
  asked: IAskedFor | null;
  /** at top level anywhere else, in order */
  assignments: IAssignment[];
  /** named by `from_env_keys` */
  marked: boolean;
}

/** Variables of the system, of the scheduler and of secrets are no inputs. */
const SYSTEM =
  /^(?:PATH|HOME|PWD|USER|LOGNAME|USERNAME|SHELL|TERM|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|DISPLAY|HOSTNAME|EDITOR|VIRTUAL_ENV|LD_LIBRARY_PATH|MODULEPATH|(?:https?|ftp|all|no)_proxy|(?:CONDA|JUPYTER|JUPYTERHUB|JUPYTERLAB|PYTHON|SLURM|PBS|XDG|SSH|OMP|MKL|CUDA|NVIDIA)_?\w*)$/i;
const SECRET =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASS|API_?KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?)(?:_|$)/i;

export function isSecret(variable: string): boolean {
  return SECRET.test(variable);
}

/** The parameter that an environment variable stands for, or null. */
export function inputOf(
  variable: string,
  prefix: string | null
): string | null {
  const name = stripped(variable, prefix);
  const own = prefix !== null && name !== variable;
  return (SYSTEM.test(variable) && !own) ||
    SECRET.test(variable) ||
    variable === `${prefix ?? ''}_SETTINGS` ||
    !isName(name, 'python')
    ? null
    : name;
}

function stripped(variable: string, prefix: string | null): string {
  return prefix !== null && variable.startsWith(`${prefix}_`)
    ? variable.slice(prefix.length + 1)
    : variable;
}

/** Whether a call asks for the notebook's prefix: in a run no other has values. */
export function isOwn(call: IParamsCall, prefix: string | null): boolean {
  return call.prefix === null || call.prefix === prefix;
}

/** Gathers, name by name, what metadata and code say. */
export function gather(
  scan: IScan,
  metadata: IMetadata,
  prefix: string | null
): Map<string, IInput> {
  const inputs = new Map<string, IInput>();
  const of = (name: string): IInput => {
    const known = inputs.get(name);
    if (known) {
      return known;
    }
    const fresh: IInput = {
      name,
      metadata: null,
      tagged: null,
      injected: null,
      widget: null,
      environment: [],
      asked: null,
      assignments: [],
      marked: false
    };
    inputs.set(name, fresh);
    return fresh;
  };
  for (const given of metadata.parameters) {
    of(normalName(given.name)).metadata ??= given;
  }
  const constructors = new Set(
    scan.widgets.map(({ cell, from }) => `${cell}:${from}`)
  );
  for (const assignment of scan.assignments) {
    const made = `${assignment.cell}:${assignment.value?.from}`;
    if (constructors.has(made) || !isName(assignment.name, 'python')) {
      continue;
    }
    const cell = scan.cells[assignment.cell];
    const input = of(assignment.name);
    if (isInjected(cell)) {
      input.injected = assignment;
    } else if (isTagged(cell)) {
      input.tagged = assignment;
    } else {
      input.assignments.push(assignment);
    }
  }
  for (const widget of scan.widgets) {
    if (isName(widget.name, 'python')) {
      of(normalName(widget.name)).widget ??= widget;
    }
  }
  for (const read of scan.environment) {
    const name = inputOf(read.variable, prefix);
    if (name !== null) {
      of(normalName(name)).environment.push(read);
    }
  }
  for (const call of scan.calls.filter(of => isOwn(of, prefix))) {
    for (const asked of call.names.filter(({ name }) => !isSecret(name))) {
      of(normalName(asked.name)).asked ??= asked;
    }
  }
  for (const key of scan.keys) {
    const input = inputs.get(normalName(stripped(key, prefix)));
    if (input) {
      input.marked = true;
    }
  }
  return inputs;
}
