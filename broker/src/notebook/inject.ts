import {
  BatchError,
  problem,
  type NotebookContent,
  type Value
} from '@jupyterlab-batch/protocol';

import { planBash } from './bash/inject.ts';
import { member, readCells, withSource, type RawCell } from './cells.ts';
import { applyEdits, type IPlan } from './edits.ts';
import { languageOf } from './language.ts';
import { readMetadata } from './metadata.ts';
import { checkName } from './names.ts';
import type { Work } from './pace.ts';
import { planPython } from './python/inject.ts';

/** A value for a name; one that is an expression stays the notebook's own. */
export interface IInjection extends Value {
  name: string;
  expression?: boolean;
}

/**
 * The notebook with the values in it that differ from its own. The given
 * notebook is left as it is. Driven by `inSlices`, or `atOnce`.
 *
 * @throws BatchError invalid_parameter_name, invalid_value, invalid_request
 * (a language without a translator), invalid_notebook
 */
export function* inject(
  content: NotebookContent,
  parameters: readonly IInjection[]
): Work<NotebookContent> {
  const given = parameters.filter(({ expression }) => expression !== true);
  const prepared = structuredClone(content);
  if (given.length === 0) {
    return prepared;
  }
  const language = languageOf(content);
  for (const { name } of given) {
    checkName(name, language);
  }
  const cells = readCells(content, 'the notebook');
  const metadata = readMetadata(content);
  switch (language) {
    case 'python':
      return carryOut(prepared, yield* planPython(cells, metadata, given));
    case 'bash':
      return carryOut(prepared, planBash(cells, given));
    default:
      throw new BatchError(
        problem(
          'invalid_request',
          `Parameters cannot be set in a notebook of the language ${language}, only in Python and Bash. Run it with the values it has, or let its code read them from the environment.`
        )
      );
  }
}

function carryOut(content: NotebookContent, plan: IPlan): NotebookContent {
  const ids = new Set(content.cells.map(cell => member(cell, 'id')));
  const cells = content.cells.flatMap((cell, index) => {
    const made = plan.lines.get(index);
    const edited = editCell(cell, index, plan);
    return made ? [edited, injectedCell(content, made, ids)] : [edited];
  });
  const first = plan.lines.get(-1);
  return {
    ...content,
    cells: first ? [injectedCell(content, first, ids), ...cells] : cells
  };
}

function editCell(cell: RawCell, index: number, plan: IPlan): RawCell {
  const renewed = plan.replaced.get(index);
  if (renewed !== undefined) {
    return withSource(cell, renewed);
  }
  const edits = plan.edits.filter(edit => edit.cell === index);
  if (edits.length === 0) {
    return cell;
  }
  const source = member(cell, 'source');
  const text = Array.isArray(source) ? source.join('') : String(source);
  return withSource(cell, applyEdits(text, edits));
}

/** papermill's form, so that other tools know the cell. */
function injectedCell(
  { nbformat_minor }: NotebookContent,
  lines: readonly string[],
  ids: Set<unknown>
): RawCell {
  let id = 'injected-parameters';
  for (let number = 2; ids.has(id); number += 1) {
    id = `injected-parameters-${number}`;
  }
  ids.add(id);
  return {
    cell_type: 'code',
    execution_count: null,
    ...(nbformat_minor >= 5 ? { id } : {}),
    metadata: { tags: ['injected-parameters'] },
    outputs: [],
    source: ['# Parameters', ...lines, ''].join('\n')
  };
}
