import { BaseType } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Value } from 'typebox/value';

import { parameterField } from './attention';
import type { IRow } from './rows';
import type { Session } from './session';

const TYPES: readonly BaseType[] = [
  'float',
  'int',
  'str',
  'bool',
  'list',
  'dict',
  'date',
  'path'
];

/** For a parameter that is None in the notebook: nothing else says its type. */
export function TypePicker(props: {
  row: IRow;
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { row, session, trans } = props;
  const { name } = row.declaration;
  return (
    <HTMLSelect
      className="jp-Batch-type"
      value={row.type ?? ''}
      aria-label={trans.__('Type of %1', name)}
      data-type-of={name}
      data-field={row.type === null ? parameterField(name) : undefined}
      onChange={event => {
        const type = event.target.value;
        if (Value.Check(BaseType, type)) {
          session.setType(name, type);
        }
      }}
    >
      {row.type === null ? <option value="">{trans.__('type…')}</option> : null}
      {TYPES.map(type => (
        <option key={type} value={type} translate="no">
          {type}
        </option>
      ))}
    </HTMLSelect>
  );
}
