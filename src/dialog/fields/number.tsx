import { caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { IFieldProps } from './field';
import { stepped } from './step';

/**
 * A number with arrows. Not the browser's own number field: that one drops
 * what it does not understand, and writes 1e3 and 3.0 in its own way.
 */
export function NumberField(props: IFieldProps): React.JSX.Element {
  const { row, trans, attributes, onChange } = props;
  const { declaration, type, text, chain, edited } = row;
  const { min, max } = declaration;
  const expression = chain?.expression === true && !edited;
  const shown = expression ? '' : text;
  const step = (direction: 1 | -1) => {
    const from = [shown, declaration.default?.text, min, max, '0'];
    const start = from.find(each => each && stepped(each, 1, stepping));
    const next = start ? stepped(start, direction, stepping) : null;
    if (next !== null) {
      onChange(next);
    }
  };
  const stepping = {
    type,
    min,
    max,
    step: declaration.step,
    unit: declaration.default?.text ?? chain?.text ?? text
  };
  return (
    <span className="jp-Batch-number">
      <input
        {...attributes}
        className="jp-mod-styled jp-Batch-text"
        type="text"
        role="spinbutton"
        inputMode={type === 'int' ? 'numeric' : 'decimal'}
        autoComplete="off"
        spellCheck={false}
        placeholder={expression ? chain.text : undefined}
        aria-valuemin={bound(min)}
        aria-valuemax={bound(max)}
        aria-valuenow={bound(shown)}
        aria-valuetext={shown || undefined}
        value={shown}
        onChange={event => onChange(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
            step(event.key === 'ArrowUp' ? 1 : -1);
          }
        }}
      />
      {/* The arrow keys do the same: these are for the mouse alone. */}
      <span className="jp-Batch-arrows" aria-hidden="true">
        <button
          type="button"
          tabIndex={-1}
          disabled={attributes.disabled}
          title={trans.__('One step up')}
          data-step="up"
          onClick={() => step(1)}
        >
          <caretUpIcon.react tag="span" />
        </button>
        <button
          type="button"
          tabIndex={-1}
          disabled={attributes.disabled}
          title={trans.__('One step down')}
          data-step="down"
          onClick={() => step(-1)}
        >
          <caretDownIcon.react tag="span" />
        </button>
      </span>
    </span>
  );
}

function bound(text: string | null): number | undefined {
  const value = text ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}
