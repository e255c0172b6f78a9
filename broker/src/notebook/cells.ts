import {
  BatchError,
  problem,
  type NotebookContent
} from '@jupyterlab-batch/protocol';

/** A cell as inspection sees it: its text, and what its metadata say. */
export interface ICell {
  index: number;
  code: boolean;
  source: string;
  tags: readonly string[];
}

export type RawCell = NotebookContent['cells'][number];

/**
 * Reads the cells of a notebook.
 *
 * @throws BatchError invalid_notebook where a cell is not one
 */
export function readCells(content: NotebookContent, name: string): ICell[] {
  return content.cells.map((cell, index) => {
    const source = readSource(cell);
    const type: unknown = member(cell, 'cell_type');
    if (source === null || typeof type !== 'string') {
      throw new BatchError(
        problem(
          'invalid_notebook',
          `Cell ${index + 1} of ${name} has no ${source === null ? 'source' : 'type'}. ` +
            'Open the notebook in JupyterLab and save it again.'
        )
      );
    }
    return { index, code: type === 'code', source, tags: readTags(cell) };
  });
}

/** `source` as one text, or null where it is neither text nor lines of text. */
export function readSource(cell: RawCell): string | null {
  const source: unknown = member(cell, 'source');
  if (typeof source === 'string') {
    return source;
  }
  return isLines(source) ? source.join('') : null;
}

/** The same cell with another text, in the form that its text had. */
export function withSource(cell: RawCell, text: string): RawCell {
  return {
    ...cell,
    source: isLines(member(cell, 'source'))
      ? text.split(/(?<=\n)/).filter(line => line !== '')
      : text
  };
}

/** A member of something that came as JSON; undefined where there is none. */
export function member(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, key)
    ? Reflect.get(of, key)
    : undefined;
}

function readTags(cell: RawCell): string[] {
  const tags = member(member(cell, 'metadata'), 'tags');
  return Array.isArray(tags)
    ? tags.filter((tag: unknown) => typeof tag === 'string')
    : [];
}

function isLines(source: unknown): source is string[] {
  return (
    Array.isArray(source) &&
    source.every((line: unknown) => typeof line === 'string')
  );
}
