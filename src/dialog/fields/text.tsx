import * as React from 'react';

import type { IFieldProps } from './field';

/** A line of text; a calendar where it is a day. */
export function TextField(
  props: IFieldProps & { kind: 'text' | 'date' }
): React.JSX.Element {
  const { row, kind, attributes, onChange } = props;
  const { text, chain, edited } = row;
  const expression = chain?.expression === true && !edited;
  return (
    <input
      {...attributes}
      className="jp-mod-styled jp-Batch-text"
      type={kind}
      autoComplete="off"
      spellCheck={false}
      placeholder={expression ? chain.text : undefined}
      value={expression ? '' : text}
      onChange={event => onChange(event.target.value)}
    />
  );
}
