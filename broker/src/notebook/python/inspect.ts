import type { Declaration } from '@jupyterlab-batch/protocol';

import type { ICell } from '../cells.ts';
import type { ICodeInspection } from '../declared.ts';
import type { IMetadata } from '../metadata.ts';
import type { Work } from '../pace.ts';
import { declare } from './declare.ts';
import { gather } from './inputs.ts';
import { lintPython } from './lints.ts';
import { scanPython } from './scan.ts';
import { isSuggested } from './suggest.ts';

/** What the Python code of a notebook says of its inputs. */
export function* inspectPython(
  cells: readonly ICell[],
  metadata: IMetadata
): Work<ICodeInspection> {
  const scan = yield* scanPython(cells);
  const prefix = metadata.prefix ?? scan.prefix;
  const inputs = gather(scan, metadata, prefix);
  const parameters: Declaration[] = [];
  for (const input of inputs.values()) {
    yield;
    const declaration = declare(input, scan);
    if (
      declaration &&
      (declaration.evidence !== 'assignment' ||
        (input.marked && declaration.default !== null) ||
        isSuggested(input, declaration, scan))
    ) {
      parameters.push(declaration);
    }
  }
  parameters.sort(byPlace);
  yield;
  const named = (kind: 'file' | 'output') =>
    unique(
      scan.observations.filter(of => of.kind === kind).map(({ text }) => text)
    );
  return {
    prefix,
    parameters,
    lints: lintPython(scan, inputs, parameters, prefix),
    files: named('file'),
    writes: named('output'),
    reads: unique(scan.environment.map(({ variable }) => variable))
  };
}

function byPlace(left: Declaration, right: Declaration): number {
  return (
    (left.cell ?? -1) - (right.cell ?? -1) ||
    (left.line ?? -1) - (right.line ?? -1)
  );
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
