import type { Prepared, PrepareProblem } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { parameterField, rowMessage } from './attention';
import { Chip } from './chip';
import type { IDifference } from './differences';
import { ValueField } from './fields/valuefield';
import type { IHost } from './host';
import { Ladder } from './ladder';
import type { IRow } from './rows';
import { differenceWords, rangeWords } from './rowwords';
import type { Session } from './session';
import { TypePicker } from './typepicker';

export interface IParameterRowProps {
  row: IRow;
  prepared: Prepared;
  session: Session;
  host: IHost;
  trans: TranslationBundle;
  problems: readonly PrepareProblem[];
  difference: IDifference | null;
  /** said by the server about this parameter at the last submit */
  refusal: string | null;
}

export function ParameterRow(props: IParameterRowProps): React.JSX.Element {
  const { row, prepared, session, host, trans } = props;
  const { problems, difference, refusal } = props;
  const { declaration, edited, included } = row;
  const { name } = declaration;
  const id = React.useId();
  const [open, setOpen] = React.useState(false);
  const { own, wrong, warning } = remarks(trans, row, problems, refusal);
  return (
    <div
      className="jp-Batch-row"
      data-parameter-row={name}
      data-included={included}
      data-edited={edited}
      data-modified={row.modified}
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
        <label
          htmlFor={`${id}-input`}
          id={`${id}-name`}
          title={name}
          translate="no"
        >
          {name}
        </label>
        <Modified row={row} trans={trans} />
      </div>
      <div className="jp-Batch-value">
        <ValueField
          row={row}
          trans={trans}
          attributes={{
            id: `${id}-input`,
            // without a type there is nothing to type yet: the picker wants attention
            'data-field': row.type === null ? undefined : parameterField(name),
            'data-parameter': name,
            'aria-invalid': wrong !== null,
            'aria-describedby': `${id}-about ${id}-wrong`,
            translate: 'no',
            disabled: row.pinned
          }}
          labelledBy={`${id}-name`}
          browse={host.browse}
          editor={host.editor}
          onChange={text => session.setText(name, text)}
        />
        {declaration.type === null ? (
          <TypePicker row={row} session={session} trans={trans} />
        ) : null}
      </div>
      <About id={`${id}-about`} row={row} trans={trans} />
      <Chip
        row={row}
        open={open}
        controls={`${id}-ladder`}
        trans={trans}
        onToggle={() => setOpen(!open)}
      />
      <Reset row={row} session={session} trans={trans} />
      <div
        className={`jp-Batch-wrong${wrong === null && warning !== null ? ' jp-mod-warning' : ''}`}
        id={`${id}-wrong`}
        aria-live="polite"
        lang={own === null ? 'en' : undefined}
      >
        {own ?? wrong ?? warning}
      </div>
      {difference ? (
        <div className="jp-Batch-difference">
          {differenceWords(trans, difference)}
        </div>
      ) : null}
      <div className="jp-Batch-shadowed" id={`${id}-ladder`} hidden={!open}>
        {open ? (
          <Ladder row={row} prepared={prepared} host={host} trans={trans} />
        ) : null}
      </div>
    </div>
  );
}

/** What stands in the way (`own`: in our words), and what is worth a look. */
function remarks(
  trans: TranslationBundle,
  row: IRow,
  problems: readonly PrepareProblem[],
  refusal: string | null
): { own: string | null; wrong: string | null; warning: string | null } {
  const said = (severity: PrepareProblem['severity']) =>
    problems.find(problem => problem.severity === severity)?.message ?? null;
  const own = rowMessage(trans, row);
  return {
    own,
    wrong: own ?? refusal ?? (row.edited ? null : said('error')),
    warning: said('warning')
  };
}

/** The run will not have what the notebook says. */
function Modified(props: {
  row: IRow;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { row, trans } = props;
  const { default: own, expression } = row.declaration;
  if (!row.modified) {
    return null;
  }
  const words = trans.__(
    'differs from the notebook, which has %1',
    own?.text ?? expression ?? ''
  );
  return (
    <span
      className="jp-Batch-modified"
      role="img"
      aria-label={words}
      title={words}
    >
      ●
    </span>
  );
}

function About(props: {
  id: string;
  row: IRow;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { id, row, trans } = props;
  const { description } = row.declaration;
  const range = rangeWords(trans, row);
  return (
    <div className="jp-Batch-about" id={id}>
      {row.included ? null : (
        <span className="jp-Batch-suggested">
          {trans.__('suggested: not yet a parameter')}
        </span>
      )}
      {description ? (
        <span translate="no" dir="auto">
          {description}
        </span>
      ) : null}
      {range ? <span className="jp-Batch-range">{range}</span> : null}
    </div>
  );
}

function Reset(props: {
  row: IRow;
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { row, session, trans } = props;
  const { chain, edited, declaration } = row;
  const { name } = declaration;
  const back = chain?.text ?? null;
  return (
    <div className="jp-Batch-reset">
      {edited ? (
        <button
          type="button"
          className="jp-Batch-iconButton"
          title={
            back === null
              ? trans.__('Take the edit back')
              : trans.__('Back to %1', back)
          }
          aria-label={
            back === null
              ? trans.__('Reset %1', name)
              : trans.__('Reset %1 to %2', name, back)
          }
          data-reset={name}
          onClick={() => session.reset(name)}
        >
          <undoIcon.react tag="span" />
        </button>
      ) : null}
    </div>
  );
}
