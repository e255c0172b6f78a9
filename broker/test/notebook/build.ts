import type {
  Declaration,
  Inspection,
  NotebookContent
} from '@jupyterlab-batch/protocol';

import {
  atOnce,
  inject as injecting,
  inspect as inspecting,
  type IInjection
} from '../../src/notebook/index.ts';

/** A cell of a notebook under test: its source, and its tags. */
export type Cell = string | { source: string | string[]; tags: string[] };

export const TAGGED = ['parameters'];

/** A notebook of code cells. */
export function notebook(
  cells: readonly Cell[],
  metadata: Record<string, unknown> = {}
): NotebookContent {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: cells.map((cell, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      execution_count: null,
      outputs: [],
      metadata: typeof cell === 'string' ? {} : { tags: cell.tags },
      source: typeof cell === 'string' ? cell : cell.source
    }))
  };
}

export function tagged(source: string): Cell {
  return { source, tags: TAGGED };
}

/** In one go: nobody else waits in a test. */
export function inspect(content: NotebookContent, name: string): Inspection {
  return atOnce(inspecting(content, name, () => []));
}

export function inject(
  content: NotebookContent,
  parameters: readonly IInjection[]
): NotebookContent {
  return atOnce(injecting(content, parameters));
}

export function look(
  cells: readonly Cell[],
  metadata: Record<string, unknown> = {}
): Inspection {
  return inspect(notebook(cells, metadata), 'test.ipynb');
}

/** `AMP=3.0:float`, the shortest true word on a declaration. */
export function brief(of: Declaration): string {
  const value = of.expression
    ? `«${of.expression}»`
    : (of.default?.text ?? '∅');
  const type = `${of.type ?? '?'}${of.nullable ? '|null' : ''}`;
  return `${of.name}=${value}:${type}`;
}

export function names(inspection: Inspection): string[] {
  return inspection.parameters.map(brief);
}

/** The sources of the code cells, in order. */
export function sources({ cells }: NotebookContent): string[] {
  return cells.map(cell => {
    const source: unknown = Reflect.get(cell, 'source');
    return Array.isArray(source) ? source.join('') : String(source);
  });
}
