import type {
  ResourceField,
  ResourceProblem
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';

import { count } from '../words/locale';
import {
  choiceWords,
  memoryWords,
  resourceName,
  resourceWords
} from '../words/resources';
import { resourceField } from './attention';
import type { IWhereProps } from './where';
import { withResource, wishOf } from './wish';

/** What the run asks a cluster for; nothing where there is nothing to choose. */
export function ResourcesFold(props: IWhereProps): React.JSX.Element | null {
  const { prepared, choices, session, trans } = props;
  const { fields, problems } = prepared.preflight;
  if (fields.length === 0) {
    return null;
  }
  const wish = wishOf(prepared, choices);
  const words = resourceWords(trans, wish);
  const bad = problems.some(({ severity }) => severity === 'error');
  return (
    <details className="jp-Batch-fold">
      <summary data-fold="resources">
        <span className="jp-Batch-foldName">{trans.__('Resources')}</span>
        {words.length > 0 ? (
          <bdi>{words.join(' · ')}</bdi>
        ) : (
          <span>{trans.__('as the cluster gives them by itself')}</span>
        )}
        {bad ? (
          <span className="jp-Batch-wrong">
            {' '}
            {trans.__('something cannot be had')}
          </span>
        ) : null}
      </summary>
      <div className="jp-Batch-foldBody jp-Batch-resources">
        {fields.map(field => (
          <Field
            key={field.name}
            field={field}
            text={wish[field.name] ?? ''}
            problem={
              problems.find(({ resource }) => resource === field.name) ?? null
            }
            trans={trans}
            onChange={text =>
              session.choose(withResource(prepared, choices, field.name, text))
            }
          />
        ))}
        {problems
          .filter(
            ({ resource }) =>
              resource !== null && !fields.some(f => f.name === resource)
          )
          .map(({ message }) => (
            <p key={message} className="jp-Batch-notice" lang="en">
              {message}
            </p>
          ))}
      </div>
    </details>
  );
}

interface IFieldProps {
  field: ResourceField;
  text: string;
  problem: ResourceProblem | null;
  trans: TranslationBundle;
  onChange: (text: string) => void;
}

function Field(props: IFieldProps): React.JSX.Element {
  const { field, text, problem, trans, onChange } = props;
  const id = React.useId();
  const attributes = {
    id,
    'data-field': resourceField(field.name),
    'aria-describedby': `${id}-told`,
    'aria-invalid': problem?.severity === 'error',
    value: text
  };
  const known = field.choices.map(({ value }) => value);
  return (
    <>
      <label htmlFor={id}>{resourceName(trans, field.name)}</label>
      {field.kind === 'choice' ? (
        <HTMLSelect
          {...attributes}
          className="jp-Batch-select"
          onChange={event => onChange(event.target.value)}
        >
          <option value="">{defaultWord(trans, field)}</option>
          {text === '' || known.includes(text) ? null : (
            <option value={text} translate="no">
              {text}
            </option>
          )}
          {field.choices.map(choice => (
            <option
              key={choice.value}
              value={choice.value}
              // nothing but a name, else words around it
              translate={choice.limits || !choice.available ? undefined : 'no'}
            >
              {choiceWords(trans, choice)}
            </option>
          ))}
        </HTMLSelect>
      ) : (
        <input
          {...attributes}
          className="jp-mod-styled"
          autoComplete="off"
          spellCheck={false}
          inputMode={field.kind === 'count' ? 'numeric' : undefined}
          placeholder={defaultWord(trans, field)}
          list={known.length > 0 ? `${id}-known` : undefined}
          onChange={event => onChange(event.target.value)}
        />
      )}
      {field.kind !== 'choice' && known.length > 0 ? (
        <datalist id={`${id}-known`}>
          {known.map(value => (
            <option key={value} value={value} />
          ))}
        </datalist>
      ) : null}
      <span
        id={`${id}-told`}
        aria-live="polite"
        className={problem ? 'jp-Batch-wrong' : 'jp-Batch-hint'}
        lang={problem ? 'en' : undefined}
      >
        {problem ? problem.message : maxWords(trans, field)}
      </span>
    </>
  );
}

const defaultWord = (trans: TranslationBundle, field: ResourceField): string =>
  field.default === null
    ? trans.__('the default')
    : trans.__('the default: %1', field.default);

function maxWords(trans: TranslationBundle, field: ResourceField): string {
  return field.max === null
    ? ''
    : trans.__(
        'at most %1',
        field.kind === 'size' ? memoryWords(field.max) : count(field.max)
      );
}
