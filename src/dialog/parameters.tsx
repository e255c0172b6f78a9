import type { Prepared } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../words/locale';
import { FillIn } from './fillin';
import { cellToTag } from './fixes';
import type { IHost } from './host';
import { ParameterRow } from './parameterrow';
import type { IRow } from './rows';
import type { Session } from './session';
import type { ISessionState } from './sessionstate';

export interface IParametersProps {
  prepared: Prepared;
  state: ISessionState;
  session: Session;
  host: IHost;
  trans: TranslationBundle;
}

/** Every parameter with its value, and what is done with all of them. */
export function Parameters(props: IParametersProps): React.JSX.Element {
  const { prepared, state, session, host, trans } = props;
  const { rows } = state;
  return (
    <fieldset className="jp-Batch-parameters">
      <legend>{trans.__('Parameters')}</legend>
      {rows.length > 0 ? (
        <FillIn state={state} session={session} host={host} trans={trans} />
      ) : null}
      {rows.length === 0 ? (
        <p className="jp-Batch-hint">
          {trans.__(
            'This notebook has no parameters: it runs as it is. Assign a value at the top of an early cell (AMP = 3.0), or tag a cell "parameters", to get some.'
          )}
        </p>
      ) : (
        rows.map(row => {
          const { name } = row.declaration;
          const refusal = state.problem?.errors.find(
            ({ parameter }) => parameter === name
          );
          return (
            <ParameterRow
              key={name}
              row={row}
              prepared={prepared}
              session={session}
              host={host}
              trans={trans}
              problems={prepared.problems.filter(
                ({ parameter }) => parameter === name
              )}
              difference={
                state.differences.find(change => change.name === name) ?? null
              }
              refusal={refusal?.detail ?? null}
            />
          );
        })
      )}
      <TagCell rows={rows} session={session} trans={trans} />
    </fieldset>
  );
}

/** Offers to declare what is only suggested, where the author would do it. */
function TagCell(props: {
  rows: readonly IRow[];
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { rows, session, trans } = props;
  const cell = session.source.edits === null ? null : cellToTag(rows);
  return cell === null ? null : (
    <div className="jp-Batch-tools">
      <button
        type="button"
        className="jp-Batch-link"
        data-fix="tag-cell"
        onClick={() => session.tagParameters(cell)}
      >
        {trans.__('Tag cell %1 "parameters", to declare them', count(cell + 1))}
      </button>
    </div>
  );
}
