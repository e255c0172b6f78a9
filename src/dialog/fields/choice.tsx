import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IFieldProps } from './field';

/** One of several values; null is one of them where the parameter allows it. */
export function ChoiceField(
  props: IFieldProps & { texts: readonly string[] }
): React.JSX.Element {
  const { row, texts, trans, attributes, onChange } = props;
  const value = row.checked?.ok ? row.checked.value.text : row.text;
  const all = row.declaration.nullable ? [...texts, 'null'] : [...texts];
  return (
    <HTMLSelect
      {...attributes}
      value={value}
      className="jp-Batch-select"
      onChange={event => onChange(event.target.value)}
    >
      {all.includes(value) ? null : (
        <option value={value} translate={value === '' ? undefined : 'no'}>
          {value === '' ? trans.__('Choose…') : value}
        </option>
      )}
      {all.map(text => (
        <option key={text} value={text} translate="no">
          {text}
        </option>
      ))}
    </HTMLSelect>
  );
}
