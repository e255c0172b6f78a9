import type { NotebookContent } from '@jupyterlab-batch/protocol';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { INotebookSource } from '../tokens';

/**
 * The notebook on screen, saved or not. Outputs stay here: the run makes its
 * own, and they may be large or private.
 */
export function onScreen(panel: NotebookPanel): INotebookSource {
  const { context, content: notebook } = panel;
  return {
    name: PathExt.basename(context.localPath),
    path: context.localPath,
    content: () =>
      context.model ? withoutOutputs(context.model.toJSON()) : null,
    showCell: cell => {
      notebook.activeCellIndex = cell;
      void notebook.scrollToItem(cell, 'center');
      notebook.activate();
    }
  };
}

/** A notebook that is not open: the server reads it. */
export function onDisk(path: string): INotebookSource {
  return {
    name: PathExt.basename(path),
    path,
    content: () => null,
    showCell: null
  };
}

/** nbformat JSON of a model; anything else is not a notebook of ours. */
export function withoutOutputs(content: unknown): NotebookContent {
  const { cells, metadata, nbformat_minor } = content as INotebookContent;
  return {
    nbformat: 4,
    nbformat_minor,
    metadata,
    cells: cells.map(cell =>
      cell.cell_type === 'code'
        ? { ...cell, outputs: [], execution_count: null }
        : cell
    )
  };
}
