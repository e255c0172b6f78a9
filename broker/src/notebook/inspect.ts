import {
  BatchError,
  problem,
  type Declaration,
  type Inspection,
  type Lint,
  type NotebookContent,
  type Pin
} from '@jupyterlab-batch/protocol';

import { inspectBash } from './bash/inspect.ts';
import { readCells, type ICell } from './cells.ts';
import { inspectDeclared, type ICodeInspection } from './declared.ts';
import { kernelOf, languageOf } from './language.ts';
import { isName, unsettableName } from './names.ts';
import { readMetadata, type IMetadata } from './metadata.ts';
import type { Work } from './pace.ts';
import { inspectPython } from './python/inspect.ts';

/**
 * Finds the parameters of a notebook and what stands against a batch run.
 * Nothing is executed. Driven by `inSlices`, or `atOnce`.
 *
 * @throws BatchError nothing_to_run, invalid_notebook
 */
export function* inspect(
  content: NotebookContent,
  name: string,
  pinsFor: (prefix: string | null) => Pin[]
): Work<Inspection> {
  const cells = readCells(content, name);
  const code = cells.filter(cell => cell.code && cell.source.trim() !== '');
  if (code.length === 0) {
    throw new BatchError(
      problem(
        'nothing_to_run',
        `${name} has no code cell with anything in it. Add one, or choose another notebook.`
      )
    );
  }
  const language = languageOf(content);
  const metadata = readMetadata(content);
  const found = yield* inspectCode(language, cells, metadata);
  return {
    language,
    kernel: kernelOf(content),
    prefix: found.prefix,
    parameters: found.parameters,
    lints: [
      ...metadata.lints,
      ...duplicates(metadata),
      ...unsettable(found.parameters, language),
      ...found.lints
    ],
    files: found.files,
    writes: found.writes,
    reads_environment: found.reads,
    environment: metadata.environment,
    outputs: metadata.outputs,
    files_mode: metadata.files,
    deliver_to: metadata.deliverTo,
    resources: metadata.resources,
    runtime: metadata.runtime,
    code_cells: code.length,
    pins: pinsFor(found.prefix)
  };
}

function* inspectCode(
  language: string,
  cells: readonly ICell[],
  metadata: IMetadata
): Work<ICodeInspection> {
  switch (language) {
    case 'python':
      return yield* inspectPython(cells, metadata);
    case 'bash':
      return inspectBash(cells, metadata);
    default:
      return inspectDeclared(metadata);
  }
}

/** What the injection would refuse has to be known before a run is accepted. */
function unsettable(
  parameters: readonly Declaration[],
  language: string
): Lint[] {
  return parameters
    .filter(({ name, declared }) => declared && !isName(name, language))
    .map(({ name, cell, line }) => ({
      code: 'invalid_parameter_name',
      severity: 'error',
      message: unsettableName(name, language),
      cell,
      line,
      parameter: name
    }));
}

function duplicates({ parameters }: IMetadata): Lint[] {
  const seen = new Set<string>();
  const twice = parameters.filter(({ name }) => {
    const known = seen.has(name);
    seen.add(name);
    return known;
  });
  return twice.map(({ name }) => ({
    code: 'duplicate_declaration',
    severity: 'warning',
    message: `The metadata declare ${name} twice; the first counts. Remove the other.`,
    cell: null,
    line: null,
    parameter: name
  }));
}
