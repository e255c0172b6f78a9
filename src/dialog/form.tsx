import type { Problem } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemTitle } from '../words/problems';
import { Identity, Notes, Outputs } from './facts';
import { Files } from './files';
import { ParameterRow } from './parameterrow';
import type { ISessionState, Session } from './session';
import { Where } from './where';

export interface IFormProps {
  session: Session;
  trans: TranslationBundle;
  /** Leaves the dialog for a cell; null when the notebook is not on screen. */
  showCell: ((cell: number) => void) | null;
}

/** Everything between the title and the buttons. */
export function Form(props: IFormProps): React.JSX.Element {
  const { session, trans } = props;
  const [state, setState] = React.useState(session.state);
  React.useEffect(() => {
    const update = () => setState(session.state);
    update();
    session.changed.connect(update);
    return () => {
      session.changed.disconnect(update);
    };
  }, [session]);
  return (
    <div
      className="jp-Batch-form"
      data-phase={state.phase}
      aria-busy={state.phase !== 'ready'}
    >
      {state.prepared ? (
        <Content {...props} state={state} prepared={state.prepared} />
      ) : state.problem ? null : (
        <p className="jp-Batch-busy">{trans.__('Looking at the notebook…')}</p>
      )}
      <div className="jp-Batch-foot">
        {state.problem ? (
          <Refusal problem={state.problem} session={session} trans={trans} />
        ) : null}
        <p className="jp-Batch-status" role="status">
          {statusWords(trans, state)}
        </p>
      </div>
    </div>
  );
}

interface IContentProps extends IFormProps {
  state: ISessionState;
  prepared: NonNullable<ISessionState['prepared']>;
}

function Content(props: IContentProps): React.JSX.Element {
  const { state, prepared, session, trans, showCell } = props;
  const { choices, rows } = state;
  const id = React.useId();
  return (
    <>
      <fieldset className="jp-Batch-parameters">
        <legend>{trans.__('Parameters')}</legend>
        {rows.length === 0 ? (
          <p className="jp-Batch-hint">
            {trans.__(
              'This notebook has no parameters: it runs as it is. Assign a value at the top of an early cell (AMP = 3.0), or tag a cell "parameters", to get some.'
            )}
          </p>
        ) : (
          rows.map(row => {
            const { name } = row.declaration;
            return (
              <ParameterRow
                key={name}
                row={row}
                session={session}
                trans={trans}
                problems={prepared.problems.filter(
                  ({ parameter, severity }) =>
                    parameter === name && severity === 'error'
                )}
                difference={
                  state.differences.find(change => change.name === name) ?? null
                }
                refusal={
                  state.problem?.errors.find(
                    ({ parameter }) => parameter === name
                  )?.detail ?? null
                }
              />
            );
          })
        )}
      </fieldset>
      <Where
        prepared={prepared}
        choices={choices}
        session={session}
        trans={trans}
      />
      <Files
        prepared={prepared}
        choices={choices}
        session={session}
        trans={trans}
      />
      <Identity prepared={prepared} trans={trans} />
      <Outputs prepared={prepared} trans={trans} />
      <Notes prepared={prepared} trans={trans} showCell={showCell} />
      <div className="jp-Batch-label">
        <label htmlFor={`${id}-label`}>{trans.__('Label')}</label>
        <input
          id={`${id}-label`}
          className="jp-mod-styled"
          data-field="label"
          maxLength={200}
          placeholder={trans.__('to find the run again')}
          value={choices.label}
          onChange={event => session.note({ label: event.target.value })}
        />
      </div>
    </>
  );
}

function Refusal(props: {
  problem: Problem;
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { problem, session, trans } = props;
  return (
    <div className="jp-Batch-refusal" role="alert" data-code={problem.code}>
      <strong>{problemTitle(trans, problem)}</strong>
      <p>{problem.detail}</p>
      <button
        type="button"
        className="jp-Batch-link"
        data-field="retry"
        onClick={() => void session.prepare()}
      >
        {trans.__('Look again')}
      </button>
    </div>
  );
}

function statusWords(trans: TranslationBundle, state: ISessionState): string {
  if (state.phase === 'submitting') {
    return trans.__('Submitting…');
  }
  if (state.held && state.attention.length > 0) {
    return trans.__('Submit waits: %1', state.attention[0].message);
  }
  if (state.phase === 'preparing' && state.prepared) {
    return trans.__('Looking again…');
  }
  return '';
}
