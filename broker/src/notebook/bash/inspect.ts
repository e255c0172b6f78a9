import type { Declaration, Lint } from '@jupyterlab-batch/protocol';

import type { ICell } from '../cells.ts';
import { inspectDeclared, type ICodeInspection } from '../declared.ts';
import type { IMetadata } from '../metadata.ts';
import { isName } from '../names.ts';

/** A literal assignment in a tagged cell. */
export interface IBashAssignment {
  name: string;
  text: string;
  cell: number;
  line: number;
  description: string | null;
}

const ASSIGNMENT =
  /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=('[^'\n]*'|"[^"$`\\\n]*"|[\w./:@%+,-]*)[ \t]*(?:;[ \t]*)?(?:#[ \t]*(.*?))?[ \t\r]*$/;

/** The assignments of cells tagged `parameters`, whose values are no code. */
export function readBash(cells: readonly ICell[]): IBashAssignment[] {
  return cells
    .filter(cell => cell.code && cell.tags.includes('parameters'))
    .flatMap(({ source, index }) =>
      source.split('\n').flatMap((text, at) => {
        const found = ASSIGNMENT.exec(text);
        if (!found || !isName(found[1], 'bash')) {
          return [];
        }
        const [, name, word, remark] = found;
        return [
          {
            name,
            text: word.replace(/^(['"])(.*)\1$/, '$2'),
            cell: index,
            line: at + 1,
            description: remark || null
          }
        ];
      })
    );
}

/** Metadata and tagged cells; a shell's values are text that may be numbers. */
export function inspectBash(
  cells: readonly ICell[],
  metadata: IMetadata
): ICodeInspection {
  const declared = inspectDeclared(metadata);
  const parameters = new Map(declared.parameters.map(of => [of.name, of]));
  for (const assignment of readBash(cells)) {
    const known = parameters.get(assignment.name);
    const read = ofAssignment(assignment);
    parameters.set(
      assignment.name,
      known
        ? {
            ...known,
            type: known.type ?? read.type,
            default: known.default ?? read.default,
            description: known.description ?? read.description,
            cell: read.cell,
            line: read.line
          }
        : read
    );
  }
  return {
    ...declared,
    parameters: [...parameters.values()],
    lints: [...declared.lints, ...setAgain(cells, [...parameters.values()])]
  };
}

/**
 * Lines that set a parameter where its value was given already. Only told, never
 * edited: such a line may as well be text of a here-document.
 */
function setAgain(
  cells: readonly ICell[],
  parameters: readonly Declaration[]
): Lint[] {
  const settable = parameters.filter(({ name }) => isName(name, 'bash'));
  return settable.flatMap(({ name, cell: home }) => {
    // What is injected stands after the tagged cell, else before everything;
    // `A=${A:-3}` keeps it.
    const after = home ?? -1;
    const line = new RegExp(
      `^[ \\t]*(?:(?:export|declare|local|readonly)[ \\t]+(?:-\\w+[ \\t]+)*)?${name}=(?!"?\\$\\{${name}:?[-=])`
    );
    for (const { code, index, source, tags } of cells) {
      const at =
        code && index > after && !tags.includes('injected-parameters')
          ? source.split('\n').findIndex(text => line.test(text))
          : -1;
      if (at >= 0) {
        return [
          {
            code: 'reassigned_parameter',
            severity: 'warning',
            message:
              home === null
                ? `${name} is set here by the notebook itself, so the value given to the run is lost. Tag this cell "parameters", or use \${${name}:-…}.`
                : `${name} is set again here, so the value given to the run is lost. Remove this line, or use another name.`,
            cell: index,
            line: at + 1,
            parameter: name
          } as const
        ];
      }
    }
    return [];
  });
}

function ofAssignment(assignment: IBashAssignment): Declaration {
  const { name, text, cell, line, description } = assignment;
  const type = /^[+-]?(?:0|[1-9]\d*)$/.test(text)
    ? 'int'
    : /^[+-]?\d+\.\d+(?:[eE][+-]?\d+)?$/.test(text)
      ? 'float'
      : 'str';
  return {
    name,
    type,
    nullable: false,
    items: null,
    choices: null,
    default: { type, text },
    expression: null,
    declared: true,
    evidence: 'tagged',
    description,
    min: null,
    max: null,
    step: null,
    cell,
    line
  };
}
