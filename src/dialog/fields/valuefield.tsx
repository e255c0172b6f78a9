import * as React from 'react';

import type { IRow } from '../rows';
import { ChoiceField } from './choice';
import type { EditorFactory, IFieldProps } from './field';
import { JsonField } from './json';
import { NumberField } from './number';
import { PathField } from './path';
import { SwitchField } from './switch';
import { TextField } from './text';

export interface IValueFieldProps extends IFieldProps {
  /** Asks for a file; null where the host has no file dialog. */
  browse: ((name: string) => void) | null;
  editor: EditorFactory | null;
}

/** The field that fits a parameter's type. */
export function ValueField(props: IValueFieldProps): React.JSX.Element {
  const { row } = props;
  const { declaration, type, text } = row;
  if (declaration.choices) {
    const texts = declaration.choices.map(choice => choice.text);
    return <ChoiceField {...props} texts={texts} />;
  }
  switch (type) {
    case 'bool': {
      const value = row.checked?.ok ? row.checked.value.text : text;
      const plain = value === 'true' || value === 'false';
      return plain && !declaration.nullable ? (
        <SwitchField {...props} on={value === 'true'} />
      ) : plain || value === '' || value === 'null' ? (
        <ChoiceField {...props} texts={['true', 'false']} />
      ) : (
        <TextField {...props} kind="text" />
      );
    }
    case 'int':
    case 'float':
      return <NumberField {...props} />;
    case 'list':
    case 'dict':
      return <JsonField {...props} />;
    case 'path':
      return <PathField {...props} />;
    default:
      return <TextField {...props} kind={isPlainDate(row) ? 'date' : 'text'} />;
  }
}

/** The browser's calendar can hold a day; a time of day needs a text field. */
function isPlainDate({ type, text, chain }: IRow): boolean {
  const day = /^(\d{4}-\d{2}-\d{2})?$/;
  return type === 'date' && day.test(text) && day.test(chain?.text ?? '');
}
