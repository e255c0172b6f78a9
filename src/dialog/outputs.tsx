import type { OutputRule, Prepared } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { bytes } from '../words/bytes';
import type { IChoices } from './choices';
import { undeclared } from './globs';
import type { Session } from './session';

/** In no language. */
const EXAMPLE = 'eta_*.npy';

export interface IOutputsProps {
  prepared: Prepared;
  choices: IChoices;
  session: Session;
  trans: TranslationBundle;
}

/** What has to be there in the end; without it the run has failed. */
export function Outputs(props: IOutputsProps): React.JSX.Element {
  const { prepared, choices, session, trans } = props;
  const rules = choices.outputs ?? prepared.inspection.outputs;
  const set = (outputs: readonly OutputRule[]) => session.note({ outputs });
  const declare = (glob: string) => set([...rules, { glob, min_bytes: 1 }]);
  return (
    <details className="jp-Batch-fold">
      <summary data-fold="outputs">
        <span className="jp-Batch-foldName">{trans.__('Outputs')}</span>
        <span>{line(trans, rules)}</span>
      </summary>
      <div className="jp-Batch-foldBody">
        <ul className="jp-Batch-rules" aria-label={trans.__('Expected files')}>
          {rules.map((rule, index) => (
            <Rule
              key={index}
              rule={rule}
              trans={trans}
              onChange={changed =>
                set(rules.map((each, at) => (at === index ? changed : each)))
              }
              onRemove={() => set(rules.filter((_, at) => at !== index))}
            />
          ))}
        </ul>
        <button
          type="button"
          className="jp-Batch-link"
          data-add-output
          onClick={() => declare('')}
        >
          {trans.__('Expect a file')}
        </button>
        {undeclared(prepared.inspection.writes, rules).map(name => (
          <button
            key={name}
            type="button"
            className="jp-Batch-link"
            data-declare={name}
            onClick={() => declare(name)}
          >
            {trans.__('Expect %1, which the notebook writes', name)}
          </button>
        ))}
        <p className="jp-Batch-hint">
          {prepared.deliver_to === null
            ? trans.__('They are delivered beside the notebook.')
            : trans.__(
                'They are delivered to a folder of their own in %1.',
                prepared.deliver_to
              )}
        </p>
      </div>
    </details>
  );
}

function Rule(props: {
  rule: OutputRule;
  trans: TranslationBundle;
  onChange: (rule: OutputRule) => void;
  onRemove: () => void;
}): React.JSX.Element {
  const { rule, trans, onChange, onRemove } = props;
  return (
    <li>
      <input
        className="jp-mod-styled"
        aria-label={trans.__('File or pattern')}
        placeholder={EXAMPLE}
        spellCheck={false}
        data-output
        translate="no"
        value={rule.glob}
        onChange={event => onChange({ ...rule, glob: event.target.value })}
      />
      <label>
        {trans.__('at least')}
        <input
          className="jp-mod-styled"
          type="number"
          min={0}
          step={1}
          value={rule.min_bytes}
          onChange={event =>
            onChange({
              ...rule,
              min_bytes: Math.max(
                0,
                Math.floor(event.target.valueAsNumber) || 0
              )
            })
          }
        />
        {trans.__('bytes')}
      </label>
      <button
        type="button"
        className="jp-Batch-iconButton"
        title={trans.__('No longer expect it')}
        aria-label={trans.__('No longer expect %1', rule.glob)}
        onClick={onRemove}
      >
        <closeIcon.react tag="span" />
      </button>
    </li>
  );
}

function line(trans: TranslationBundle, rules: readonly OutputRule[]): string {
  const named = rules.filter(({ glob }) => glob.trim() !== '');
  return named.length === 0
    ? trans.__('the executed notebook; no file is declared')
    : trans._n(
        '%2 must exist',
        '%2 must exist',
        named.length,
        named
          .map(({ glob, min_bytes }) =>
            min_bytes > 1
              ? trans.__('%1 (at least %2)', glob, bytes(min_bytes))
              : glob
          )
          .join(', ')
      );
}
