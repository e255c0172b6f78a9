import type { Declaration } from '@jupyterlab-batch/protocol';

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
  return { ...declared, parameters: [...parameters.values()] };
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
