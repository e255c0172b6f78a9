import type { Prepared } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IChoices } from './choices';
import type { Session } from './session';

/** The problem that a folder for the results has, and the field that mends it. */
export const UNWRITABLE = 'delivery_unwritable';
export const DELIVER_TO = 'deliver-to';

/** The folder that the results go to; empty: as the notebook says, or beside it. */
export function DeliverTo(props: {
  prepared: Prepared;
  choices: IChoices;
  session: Session;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { prepared, choices, session, trans } = props;
  const id = React.useId();
  const problem = prepared.problems.find(({ code }) => code === UNWRITABLE);
  return (
    <div className="jp-Batch-deliver">
      <label htmlFor={id}>{trans.__('Results go to')}</label>
      <input
        id={id}
        className="jp-mod-styled"
        data-field={DELIVER_TO}
        spellCheck={false}
        placeholder={
          prepared.inspection.deliver_to ?? trans.__('beside the notebook')
        }
        aria-describedby={`${id}-where`}
        aria-invalid={problem !== undefined}
        value={choices.deliverTo}
        onChange={event => session.choose({ deliverTo: event.target.value })}
      />
      <span
        id={`${id}-where`}
        className={problem ? 'jp-Batch-wrong' : 'jp-Batch-hint'}
        lang={problem && 'en'}
      >
        {problem
          ? problem.message
          : prepared.deliver_to === null
            ? trans.__('a folder of their own beside the notebook')
            : trans.__('a folder of their own in %1', prepared.deliver_to)}
      </span>
    </div>
  );
}
