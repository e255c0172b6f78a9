import * as React from 'react';

import type { IFieldProps } from './field';

export function SwitchField(
  props: IFieldProps & { on: boolean }
): React.JSX.Element {
  const { on, trans, attributes, onChange } = props;
  return (
    <span className="jp-Batch-switch">
      <input
        {...attributes}
        type="checkbox"
        role="switch"
        checked={on}
        onChange={event => onChange(event.target.checked ? 'true' : 'false')}
      />
      <span aria-hidden="true">{on ? trans.__('on') : trans.__('off')}</span>
    </span>
  );
}
