import type { Run } from '@jupyterlab-batch/protocol';

/** The folder that somebody chose for a run's results; null: beside the notebook. */
export function elsewhere({ deliver_to, notebook }: Run): string | null {
  const beside = notebook.slice(0, notebook.lastIndexOf('/')) || '/';
  return deliver_to === beside ? null : deliver_to;
}
