import type { Prepared, TargetSummary } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';

import { writeDuration } from '../words/duration';
import { count } from '../words/locale';
import { shortTime } from '../words/time';
import { isOfRuntime, timeLimitMessage } from './attention';
import type { IChoices } from './choices';
import type { Session } from './session';

export interface IWhereProps {
  prepared: Prepared;
  choices: IChoices;
  session: Session;
  trans: TranslationBundle;
}

/** Where, with which kernel, and how long at most. */
export function Where(props: IWhereProps): React.JSX.Element {
  const { prepared, choices, session, trans } = props;
  const id = React.useId();
  const { target } = prepared;
  const wrong = timeLimitMessage(trans, prepared, choices);
  return (
    <div className="jp-Batch-where">
      <div className="jp-Batch-pair">
        <label htmlFor={`${id}-target`}>{trans.__('Run on')}</label>
        <HTMLSelect
          id={`${id}-target`}
          className="jp-Batch-select"
          data-field="target"
          value={target.name}
          aria-describedby={`${id}-load`}
          onChange={event => session.choose({ target: event.target.value })}
        >
          {prepared.targets.map(option => (
            <option
              key={option.name}
              value={option.name}
              translate={option.name === 'local' ? undefined : 'no'}
            >
              {targetWord(trans, option)}
            </option>
          ))}
        </HTMLSelect>
        <span className="jp-Batch-load" id={`${id}-load`}>
          {loadWords(trans, target)}
        </span>
      </div>
      <div className="jp-Batch-pair">
        <label htmlFor={`${id}-kernel`}>{trans.__('Kernel')}</label>
        <HTMLSelect
          id={`${id}-kernel`}
          className="jp-Batch-select"
          data-field="kernel"
          value={prepared.kernel ?? ''}
          aria-invalid={prepared.kernel === null}
          onChange={event =>
            session.choose({ kernel: event.target.value || null })
          }
        >
          {prepared.kernel === null ? (
            <option value="">{trans.__('Choose a kernel…')}</option>
          ) : null}
          {prepared.kernels.map(kernel => (
            <option key={kernel.name} value={kernel.name} translate="no">
              {kernel.display_name}
            </option>
          ))}
        </HTMLSelect>
      </div>
      <div className="jp-Batch-pair">
        <label htmlFor={`${id}-limit`}>{trans.__('Time limit')}</label>
        <input
          id={`${id}-limit`}
          className="jp-mod-styled jp-Batch-limit"
          data-field="time-limit"
          autoComplete="off"
          spellCheck={false}
          placeholder={writeDuration(trans, prepared.preflight.time_limit)}
          value={choices.timeLimit}
          aria-invalid={wrong !== null}
          aria-describedby={`${id}-limit-wrong`}
          onChange={event => session.choose({ timeLimit: event.target.value })}
        />
      </div>
      <div
        className="jp-Batch-wrong"
        id={`${id}-limit-wrong`}
        aria-live="polite"
      >
        {wrong}
      </div>
      <StartWords startsAt={prepared.preflight.starts_at} trans={trans} />
      {prepared.preflight.problems
        .filter(
          problem =>
            problem.resource === null &&
            // said beside the environment, where one was chosen
            (prepared.runtime.wanted === null || !isOfRuntime(problem))
        )
        .map(({ message, severity }) => (
          <p
            key={message}
            className={
              severity === 'error' ? 'jp-Batch-wrong' : 'jp-Batch-notice'
            }
            lang="en"
          >
            {message}
          </p>
        ))}
      {target.notice ? (
        <p className="jp-Batch-notice" lang="en">
          {target.notice}
        </p>
      ) : null}
    </div>
  );
}

/** A start within so many milliseconds is no wait. */
const SOON = 30_000;

/** When the cluster would start the run, were it submitted now. */
function StartWords(props: {
  startsAt: string | null;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { startsAt, trans } = props;
  if (startsAt === null) {
    return null;
  }
  const now = new Date();
  return (
    <span className="jp-Batch-load" data-starts-at={startsAt}>
      {Date.parse(startsAt) - now.getTime() < SOON
        ? trans.__('would start at once')
        : trans.__('would start at about %1', shortTime(startsAt, now))}
    </span>
  );
}

function targetWord(trans: TranslationBundle, target: TargetSummary): string {
  return target.name === 'local' ? trans.__('This machine') : target.name;
}

/** `2 at once, 1 waiting` */
function loadWords(
  trans: TranslationBundle,
  { slots, waiting }: TargetSummary
): string {
  return [
    slots === null ? '' : trans.__('%1 at once', count(slots)),
    waiting > 0 ? trans.__('%1 waiting', count(waiting)) : ''
  ]
    .filter(words => words !== '')
    .join(', ');
}
