import type { NotebookContent } from '@jupyterlab-batch/protocol';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';

import type { INotebookEdits, INotebookSource } from '../tokens';

const SECTION = 'jupyterlab_batch';

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
    },
    edits:
      context.model && !context.model.readOnly ? editsOf(context.model) : null
  };
}

/** A notebook that is not open: the server reads it. */
export function onDisk(path: string): INotebookSource {
  return {
    name: PathExt.basename(path),
    path,
    content: () => null,
    showCell: null,
    edits: null
  };
}

/** Changes through the shared model, so that collaborators see them too. */
export function editsOf({
  sharedModel
}: Pick<INotebookModel, 'sharedModel'>): INotebookEdits {
  const section = () => sharedModel.getMetadata(SECTION);
  return {
    section,
    remember: wanted => {
      const before = section();
      sharedModel.setMetadata(SECTION, wanted);
      return () =>
        before === undefined
          ? sharedModel.deleteMetadata(SECTION)
          : sharedModel.setMetadata(SECTION, before);
    },
    tag: (index, tag) => {
      const cell = sharedModel.getCell(index);
      const tags: unknown = cell.getMetadata('tags');
      const before = Array.isArray(tags) ? (tags as string[]) : [];
      if (!before.includes(tag)) {
        sharedModel.transact(() => cell.setMetadata('tags', [...before, tag]));
      }
    }
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
