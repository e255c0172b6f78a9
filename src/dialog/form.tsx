import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Files } from './files';
import type { IHost } from './host';
import { Identity } from './identity';
import { Label } from './label';
import { Notes } from './notes';
import { Outputs } from './outputs';
import { ParametersOrForm } from './ownform';
import { PythonFold } from './python';
import { Refusal } from './refusal';
import { Remember } from './remember';
import { ResourcesFold } from './resources';
import { Resumed } from './resumed';
import type { Session } from './session';
import type { ISessionState } from './sessionstate';
import { Where } from './where';

export interface IFormProps {
  session: Session;
  host: IHost;
  trans: TranslationBundle;
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
          <Refusal
            problem={state.problem}
            awaySince={state.awaySince}
            session={session}
            trans={trans}
          />
        ) : null}
        {state.uncertain ? (
          <p className="jp-Batch-notice" data-uncertain>
            {trans.__(
              'The answer to Submit was lost, so the run may have been accepted. Submit again: it stays one run.'
            )}
          </p>
        ) : null}
        <p className="jp-Batch-status" role="status">
          <Status state={state} trans={trans} />
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
  const { state, prepared, session, host, trans } = props;
  const { choices } = state;
  const shared = { prepared, choices, session, trans };
  return (
    <>
      {state.resumed ? <Resumed session={session} trans={trans} /> : null}
      <ParametersOrForm {...shared} state={state} host={host} />
      <Where {...shared} />
      <PythonFold {...shared} />
      <ResourcesFold {...shared} />
      <Files {...shared} />
      <Identity prepared={prepared} trans={trans} />
      <Outputs {...shared} />
      <Notes {...shared} host={host} />
      <Label label={choices.label} session={session} trans={trans} />
      <Remember on={choices.remember} session={session} trans={trans} />
    </>
  );
}

function Status(props: {
  state: ISessionState;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { state, trans } = props;
  if (state.phase === 'submitting') {
    return <>{trans.__('Submitting…')}</>;
  }
  if (state.held && state.attention.length > 0) {
    const { message, lang } = state.attention[0];
    return (
      <>
        {trans.__('Submit waits:')} <span lang={lang}>{message}</span>
      </>
    );
  }
  return state.phase === 'preparing' && state.prepared ? (
    <>{trans.__('Looking again…')}</>
  ) : null;
}
