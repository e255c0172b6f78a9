import { BaseType, type PrepareProblem } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Value } from 'typebox/value';

import { layerWord } from '../words/layers';
import { parameterField, rowMessage } from './attention';
import type { IDifference } from './differences';
import type { IRow } from './rows';
import type { Session } from './session';
import { ValueField } from './valuefield';

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

export interface IParameterRowProps {
  row: IRow;
  session: Session;
  trans: TranslationBundle;
  problems: readonly PrepareProblem[];
  difference: IDifference | null;
  /** said by the server about this parameter at the last submit */
  refusal: string | null;
}

export function ParameterRow(props: IParameterRowProps): React.JSX.Element {
  const { row, session, trans, problems, difference, refusal } = props;
  const { declaration, edited, chain, included } = row;
  const { name, description } = declaration;
  const id = React.useId();
  const [open, setOpen] = React.useState(false);
  const message = rowMessage(trans, row);
  const wrong =
    message ?? refusal ?? (edited ? null : (problems[0]?.message ?? null));
  const range = rangeWords(trans, row);
  return (
    <div
      className="jp-Batch-row"
      data-parameter-row={name}
      data-included={included}
      data-edited={edited}
    >
      <div className="jp-Batch-name">
        {declaration.declared ? null : (
          <input
            type="checkbox"
            checked={included}
            aria-label={trans.__('Make %1 a parameter', name)}
            data-tick={name}
            onChange={event => session.tick(name, event.target.checked)}
          />
        )}
        <label htmlFor={`${id}-input`} title={name}>
          {name}
        </label>
      </div>
      <div className="jp-Batch-value">
        <ValueField
          row={row}
          trans={trans}
          id={`${id}-input`}
          field={parameterField(name)}
          invalid={wrong !== null}
          describedBy={`${id}-about ${id}-wrong`}
          onChange={text => session.setText(name, text)}
        />
        {declaration.type === null ? (
          <TypePicker row={row} session={session} trans={trans} />
        ) : null}
      </div>
      <div className="jp-Batch-about" id={`${id}-about`}>
        {included ? null : (
          <span className="jp-Batch-suggested">
            {trans.__('suggested: not yet a parameter')}
          </span>
        )}
        {description ? <span>{description}</span> : null}
        {range && !description?.includes(range) ? (
          <span className="jp-Batch-range">{range}</span>
        ) : null}
      </div>
      <button
        type="button"
        className={`jp-Batch-chip jp-mod-${edited ? 'edited' : (chain?.layer ?? 'none').replace('_', '-')}`}
        aria-expanded={open}
        aria-controls={`${id}-ladder`}
        title={trans.__('Where this value comes from')}
        data-layer={edited ? 'override' : chain?.layer}
        onClick={() => setOpen(!open)}
      >
        {edited ? (
          <span className="jp-Batch-layer">{layerWord(trans, 'override')}</span>
        ) : chain ? (
          <>
            <span className="jp-Batch-layer">
              {layerWord(trans, chain.layer)}
            </span>
            <span className="jp-Batch-origin">{chain.origin}</span>
          </>
        ) : (
          <span className="jp-Batch-layer">{trans.__('no value yet')}</span>
        )}
      </button>
      <div className="jp-Batch-reset">
        {edited && chain ? (
          <button
            type="button"
            className="jp-Batch-iconButton"
            title={trans.__('Back to %1', chain.text)}
            aria-label={trans.__('Reset %1 to %2', name, chain.text)}
            data-reset={name}
            onClick={() => session.reset(name)}
          >
            <undoIcon.react tag="span" />
          </button>
        ) : null}
      </div>
      <div className="jp-Batch-wrong" id={`${id}-wrong`} aria-live="polite">
        {wrong}
      </div>
      {difference ? (
        <div className="jp-Batch-difference">
          {differenceWords(trans, difference)}
        </div>
      ) : null}
      <div className="jp-Batch-shadowed" id={`${id}-ladder`} hidden={!open}>
        {open ? <Shadowed row={row} trans={trans} /> : null}
      </div>
    </div>
  );
}

function TypePicker(props: {
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
        <option key={type} value={type}>
          {type}
        </option>
      ))}
    </HTMLSelect>
  );
}

/** The value in force and those behind it, from high to low. */
function Shadowed(props: {
  row: IRow;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { row, trans } = props;
  const { chain, edited, text } = row;
  const below = chain
    ? [
        { text: chain.text, layer: chain.layer, origin: chain.origin },
        ...chain.shadowed
      ]
    : [];
  const all = edited
    ? [
        { text, layer: 'override' as const, origin: trans.__('this dialog') },
        ...below
      ]
    : below;
  return all.length === 0 ? (
    <p>{trans.__('No place gives a value.')}</p>
  ) : (
    <ol>
      {all.map(({ text: value, layer, origin }, index) => (
        <li key={index} aria-current={index === 0}>
          <span className="jp-Batch-layer">{layerWord(trans, layer)}</span>
          <span className="jp-Batch-origin">{origin}</span>
          <code>{value}</code>
          <span>{index === 0 ? trans.__('in force') : trans.__('hidden')}</span>
        </li>
      ))}
    </ol>
  );
}

function rangeWords(trans: TranslationBundle, row: IRow): string | null {
  const { min, max } = row.declaration;
  if (min !== null && max !== null) {
    return trans.__('%1 to %2', min, max);
  }
  if (min !== null) {
    return trans.__('from %1', min);
  }
  return max !== null ? trans.__('up to %1', max) : null;
}

function differenceWords(
  trans: TranslationBundle,
  { before, after }: IDifference
): string {
  if (before && after) {
    return trans.__(
      'Changed: was %1 (%2), now %3 (%4)',
      before.text,
      before.origin,
      after.text,
      after.origin
    );
  }
  return after
    ? trans.__('New: %1 (%2)', after.text, after.origin)
    : trans.__('Gone: was %1 (%2)', before?.text ?? '', before?.origin ?? '');
}
