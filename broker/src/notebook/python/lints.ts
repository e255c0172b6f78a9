import type { Declaration, Lint } from '@jupyterlab-batch/protocol';

import type { IAssignment } from './assignments.ts';
import { isOwn, isSecret, type IInput } from './inputs.ts';
import type { IObservation } from './observe.ts';
import { lineOf, type IScan } from './scan.ts';
import { otherLiteral } from './suggest.ts';

type At = { cell: number; from: number };
type Severity = Lint['severity'];

const SAID: Record<
  Exclude<IObservation['kind'], 'file' | 'output'>,
  { code: string; severity: Severity; say: (text: string) => string }
> = {
  absolute_path: {
    code: 'absolute_path',
    severity: 'warning',
    say: text =>
      `${text} is an absolute path, which may not exist where the notebook runs. Use a path relative to the notebook, or make it a parameter.`
  },
  input_call: {
    code: 'input_call',
    severity: 'error',
    say: text =>
      `${text}() asks a question and nobody will answer in a batch run. Make the answer a parameter.`
  },
  debugger: {
    code: 'debugger_call',
    severity: 'error',
    say: text => `${text}() waits for a person. Remove it before the batch run.`
  },
  exit: {
    code: 'exit_call',
    severity: 'warning',
    say: text =>
      `${text}() ends the kernel, and the cells after it will not run. Raise an error instead, or remove it.`
  },
  interactive: {
    code: 'interactive_widget',
    severity: 'warning',
    say: text =>
      `${text} waits for someone to act, and nobody will in a batch run. Call the function itself.`
  }
};
const BUILTINS =
  /^(?:abs|all|any|dict|dir|filter|float|format|hash|help|id|input|int|len|list|map|max|min|next|object|open|pow|print|range|round|set|sorted|str|sum|tuple|type|vars|zip)$/;

/** What a batch run will not do as the author expects. */
export function lintPython(
  scan: IScan,
  inputs: ReadonlyMap<string, IInput>,
  parameters: readonly Declaration[],
  prefix: string | null
): Lint[] {
  const lints: Lint[] = [];
  const add = (
    code: string,
    severity: Severity,
    at: At,
    message: string,
    parameter: string | null = null
  ) =>
    lints.push({
      code,
      severity,
      message,
      cell: at.cell,
      line: lineOf(scan, at),
      parameter
    });
  for (const [cell, { broken, source }] of scan.syntax) {
    if (broken !== null) {
      add(
        'syntax_error',
        'warning',
        { cell, from: broken },
        'This does not read as Python and will probably stop the run. Run the cell to see what is wrong.'
      );
    }
    const magic = /^[ \t]*%debug\b/m.exec(source);
    if (magic) {
      add(
        'debugger_call',
        'error',
        { cell, from: magic.index },
        '%debug waits for a person. Remove it before the batch run.'
      );
    }
  }
  for (const { kind, text, cell, from } of scan.observations) {
    if (kind !== 'file' && kind !== 'output') {
      const { code, severity, say } = SAID[kind];
      add(code, severity, { cell, from }, say(text));
    }
  }
  for (const read of scan.environment.filter(of => isSecret(of.variable))) {
    add('secret_parameter', 'warning', read, secret(read.variable));
  }
  for (const call of scan.calls.filter(of => !isOwn(of, prefix))) {
    add(
      'other_prefix',
      'warning',
      call,
      `This asks for the prefix ${call.prefix}, but the notebook's is ${prefix}: in a batch run these names keep their defaults. Use one prefix in a notebook.`
    );
  }
  for (const asked of scan.calls.flatMap(({ names }) => names)) {
    if (isSecret(asked.name)) {
      add('secret_parameter', 'warning', asked, secret(asked.name));
    }
  }
  const declared = new Set(
    parameters.filter(of => of.declared).map(({ name }) => name)
  );
  for (const input of inputs.values()) {
    lintInput(scan, input, declared.has(input.name), add);
  }
  for (const { tagged } of inputs.values()) {
    const source = tagged?.value && namesIn(tagged, inputs, scan);
    if (tagged && source) {
      add(
        'derived_value',
        'warning',
        tagged,
        `${tagged.name} is computed from ${source} in the parameters cell, before a new value of ${source} is set: it keeps the old one. Move this line to the next cell.`,
        tagged.name
      );
    }
  }
  for (const {
    name,
    cell,
    line,
    evidence,
    default: value,
    expression
  } of parameters) {
    if (BUILTINS.test(name) && cell !== null) {
      lints.push({
        code: 'shadows_builtin',
        severity: 'warning',
        message: `${name} is a function of Python, which this hides. Choose another name.`,
        cell,
        line,
        parameter: name
      });
    }
    if (evidence === 'environment' && !value && !expression) {
      lints.push({
        code: 'missing_default',
        severity: 'warning',
        message: `${name} has no value in the notebook. Give it one in the dialog, by -p ${name}=…, or as ${prefix ? `${prefix}_` : ''}${name} in the environment.`,
        cell,
        line,
        parameter: name
      });
    }
  }
  return lints.sort(
    (left, right) =>
      (left.cell ?? -1) - (right.cell ?? -1) ||
      (left.line ?? -1) - (right.line ?? -1)
  );
}

function secret(name: string): string {
  return `${name} looks like a secret, and parameters are recorded: it is not offered. Take a credential from jupyterlab_batch.job.token() instead.`;
}

function lintInput(
  scan: IScan,
  input: IInput,
  declared: boolean,
  add: (
    code: string,
    severity: Severity,
    at: At,
    message: string,
    parameter: string
  ) => void
): void {
  const { name } = input;
  const home = input.tagged ?? input.widget;
  const later = home
    ? input.assignments.find(
        of => of.from !== of.to && after(of, home) && of.literal
      )
    : otherLiteral(input);
  const first = input.assignments[0];
  if (later && (home || first.literal)) {
    const message = declared
      ? `${name} is set again here, so the value given to the run is lost. Remove this line, or use another name.`
      : `${name} is set again here to something else, so it is not offered as a parameter. Use another name if it should be one.`;
    add('reassigned_parameter', 'warning', later, message, name);
  }
}

function after(assignment: IAssignment, home: At): boolean {
  return (
    assignment.cell > home.cell ||
    (assignment.cell === home.cell && assignment.from > home.from)
  );
}

/** Another tagged name that the value of an assignment uses, or null. */
function namesIn(
  { name, value, cell }: IAssignment,
  inputs: ReadonlyMap<string, IInput>,
  scan: IScan
): string | null {
  let found: string | null = null;
  value?.cursor().iterate(ref => {
    if (ref.name === 'VariableName') {
      const used = scan.cells[cell].source.slice(ref.from, ref.to);
      if (used !== name && inputs.get(used)?.tagged) {
        found ??= used;
      }
    }
  });
  return found;
}
