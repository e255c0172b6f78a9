import type { IParameterForm } from '../tokens';
import type { EditorFactory } from './fields/field';

/** What the form may do in the JupyterLab around it; null: not in this host. */
export interface IHost {
  /** of other extensions, instead of our rows of parameters */
  readonly forms: readonly IParameterForm[];
  /** JupyterLab's own code editor */
  readonly editor: EditorFactory | null;
  /** Leaves the dialog for a cell (index from 0). */
  readonly showCell: ((cell: number) => void) | null;
  /** Leaves the dialog for a place in a file. */
  readonly openFile: ((path: string, line: number | null) => void) | null;
  /** Asks for a file as the value of a parameter. */
  readonly browse: ((name: string) => void) | null;
  /** Asks for a parameter file, and takes its values. */
  readonly importFile: (() => void) | null;
}
