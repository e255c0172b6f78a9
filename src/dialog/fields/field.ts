import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRow } from '../rows';

/** What every field puts on the element that one types into. */
export interface IFieldAttributes {
  id: string;
  /** absent: something else of the row wants attention */
  'data-field': string | undefined;
  'data-parameter': string;
  'aria-invalid': boolean;
  'aria-describedby': string;
  translate: 'no';
  disabled: boolean;
}

/** One kind of field. A value stays text all the way. */
export interface IFieldProps {
  row: IRow;
  trans: TranslationBundle;
  attributes: IFieldAttributes;
  /** id of the element with the parameter's name */
  labelledBy: string;
  onChange: (text: string) => void;
}

/** JupyterLab's own code editor, where the host has one. */
export type EditorFactory = CodeEditor.Factory;
