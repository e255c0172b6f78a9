import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IRow } from './rows';

export interface IValueFieldProps {
  row: IRow;
  trans: TranslationBundle;
  id: string;
  field: string;
  invalid: boolean;
  describedBy: string;
  onChange: (text: string) => void;
}

/** The input that fits a parameter's type. A value stays text all the way. */
export function ValueField(props: IValueFieldProps): React.JSX.Element {
  const { row, trans, id, onChange } = props;
  const { declaration, type, text, pinned, chain, edited } = row;
  const shared = {
    id,
    // without a type there is nothing to type yet: the picker wants attention
    'data-field': type === null ? undefined : props.field,
    'data-parameter': declaration.name,
    'aria-invalid': props.invalid,
    'aria-describedby': props.describedBy,
    disabled: pinned
  };
  const change = (
    event: React.ChangeEvent<
      HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
    >
  ) => onChange(event.target.value);
  const value = row.checked?.ok ? row.checked.value.text : text;

  if (declaration.choices) {
    return (
      <Choices
        {...shared}
        value={value}
        texts={declaration.choices.map(choice => choice.text)}
        nullable={declaration.nullable}
        trans={trans}
        onChange={change}
      />
    );
  }
  if (type === 'bool' && (declaration.nullable || value === '')) {
    return (
      <Choices
        {...shared}
        value={value}
        texts={['true', 'false']}
        nullable={declaration.nullable}
        trans={trans}
        onChange={change}
      />
    );
  }
  if (type === 'bool' && (value === 'true' || value === 'false')) {
    return (
      <input
        {...shared}
        type="checkbox"
        className="jp-Batch-checkbox"
        checked={value === 'true'}
        onChange={event => onChange(event.target.checked ? 'true' : 'false')}
      />
    );
  }
  if (type === 'list' || type === 'dict') {
    return (
      <textarea
        {...shared}
        className="jp-mod-styled jp-Batch-json"
        rows={Math.min(6, text.split('\n').length)}
        spellCheck={false}
        value={text}
        onChange={change}
      />
    );
  }
  const expression = chain?.expression === true && !edited;
  return (
    <input
      {...shared}
      className="jp-mod-styled jp-Batch-text"
      type={isPlainDate(row) ? 'date' : 'text'}
      inputMode={
        type === 'int' ? 'numeric' : type === 'float' ? 'decimal' : 'text'
      }
      autoComplete="off"
      spellCheck={false}
      placeholder={expression ? chain.text : undefined}
      value={expression ? '' : text}
      onChange={change}
    />
  );
}

/** The browser's calendar can hold a day; a time of day needs a text field. */
function isPlainDate({ type, text, chain }: IRow): boolean {
  const day = /^(\d{4}-\d{2}-\d{2})?$/;
  return type === 'date' && day.test(text) && day.test(chain?.text ?? '');
}

interface IChoicesProps {
  value: string;
  texts: readonly string[];
  nullable: boolean;
  trans: TranslationBundle;
  onChange: (event: React.ChangeEvent<HTMLSelectElement>) => void;
}

function Choices(props: IChoicesProps): React.JSX.Element {
  const { texts, nullable, trans, value, ...rest } = props;
  const all = nullable ? [...texts, 'null'] : [...texts];
  return (
    <HTMLSelect {...rest} value={value} className="jp-Batch-select">
      {all.includes(value) ? null : (
        <option value={value}>
          {value === '' ? trans.__('Choose…') : value}
        </option>
      )}
      {all.map(text => (
        <option key={text} value={text}>
          {text}
        </option>
      ))}
    </HTMLSelect>
  );
}
