import type { Prepared } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IHost } from './host';
import { ParameterRow } from './parameterrow';
import type { ISessionState, Session } from './session';

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
  const edited = rows.filter(row => row.edited).length;
  return (
    <fieldset className="jp-Batch-parameters">
      <legend>{trans.__('Parameters')}</legend>
      <div className="jp-Batch-tools">
        {edited > 0 ? (
          <button
            type="button"
            className="jp-Batch-link"
            data-reset-all
            onClick={() => session.resetAll()}
          >
            {trans._n('Reset %1 edit', 'Reset all %1 edits', edited)}
          </button>
        ) : null}
      </div>
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
    </fieldset>
  );
}
