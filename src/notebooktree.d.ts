/** The part of Notebook 7 that is used, without depending on it. */
declare module '@jupyter-notebook/tree' {
  import type { Token } from '@lumino/coreutils';
  import type { TabPanel } from '@lumino/widgets';

  export const INotebookTree: Token<TabPanel>;
}
