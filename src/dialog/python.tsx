import type { Prepared, Runtime } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';

import { runtimeKind } from '../words/runtime';
import { isOfRuntime, RUNTIME } from './attention';
import type { IWhereProps } from './where';
import { runtimeOf, withRuntime } from './wish';

const AS_IS = '';
const KINDS = ['virtualenv', 'conda'] as const;

/** Which Python a run has, and so which kernels there are to choose from. */
export function PythonFold(props: IWhereProps): React.JSX.Element {
  const { prepared, choices, session, trans } = props;
  const id = React.useId();
  const runtime = runtimeOf(prepared, choices);
  const choose = (wanted: Runtime | null) =>
    session.choose(withRuntime(prepared, choices, wanted));
  return (
    <details className="jp-Batch-fold">
      <summary data-fold="python">
        <span className="jp-Batch-foldName">{trans.__('Python')}</span>
        <Summary prepared={prepared} runtime={runtime} trans={trans} />
      </summary>
      <div className="jp-Batch-foldBody jp-Batch-resources">
        <label htmlFor={`${id}-kind`}>{trans.__('Comes from')}</label>
        <HTMLSelect
          id={`${id}-kind`}
          className="jp-Batch-select"
          data-field={runtime === null ? RUNTIME : undefined}
          value={runtime?.kind ?? AS_IS}
          onChange={event => {
            const kind = KINDS.find(each => each === event.target.value);
            choose(kind === undefined ? null : first(prepared, kind));
          }}
        >
          <option value={AS_IS}>{trans.__('where it is submitted')}</option>
          {KINDS.map(kind => (
            <option key={kind} value={kind}>
              {runtimeKind(trans, kind)}
            </option>
          ))}
        </HTMLSelect>
        <span />
        {runtime === null ? null : (
          <Folder {...props} runtime={runtime} onChange={choose} />
        )}
      </div>
    </details>
  );
}

/** Who changes to a kind most likely means the one that lies nearest. */
const first = (
  { runtime: { known } }: Prepared,
  kind: Runtime['kind']
): Runtime => known.find(one => one.kind === kind) ?? { kind, path: '' };

function Summary(props: {
  prepared: Prepared;
  runtime: Runtime | null;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { prepared, runtime, trans } = props;
  if (runtime === null) {
    return <span>{trans.__('the one that this is submitted from')}</span>;
  }
  const { used } = prepared.runtime;
  return used === null ? (
    <>
      <bdi translate="no">{runtime.path}</bdi>{' '}
      <span className="jp-Batch-wrong">{trans.__('cannot be used')}</span>
    </>
  ) : (
    <bdi>{trans.__('%1 of %2', used.version, used.path)}</bdi>
  );
}

function Folder(
  props: IWhereProps & {
    runtime: Runtime;
    onChange: (runtime: Runtime) => void;
  }
): React.JSX.Element {
  const { prepared, runtime, trans, onChange } = props;
  const id = React.useId();
  const problems = prepared.preflight.problems.filter(isOfRuntime);
  const wrong = problems.find(({ severity }) => severity === 'error');
  const { used, known } = prepared.runtime;
  return (
    <>
      <label htmlFor={id}>
        {runtime.kind === 'conda'
          ? trans.__('Folder or name')
          : trans.__('Folder')}
      </label>
      <input
        id={id}
        className="jp-mod-styled jp-Batch-environment"
        data-field={RUNTIME}
        autoComplete="off"
        spellCheck={false}
        translate="no"
        dir="ltr"
        list={`${id}-known`}
        value={runtime.path}
        title={runtime.path}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-told`}
        onChange={event => onChange({ ...runtime, path: event.target.value })}
      />
      <datalist id={`${id}-known`}>
        {known
          .filter(({ kind }) => kind === runtime.kind)
          .map(({ path }) => (
            <option key={path} value={path} />
          ))}
      </datalist>
      <span
        id={`${id}-told`}
        aria-live="polite"
        className={`jp-Batch-environment ${wrong ? 'jp-Batch-wrong' : 'jp-Batch-hint'}`}
        lang={wrong ? 'en' : undefined}
      >
        {wrong?.message ??
          (used === null ? '' : trans.__('Python %1', used.version))}
      </span>
      {problems
        .filter(problem => problem !== wrong)
        .map(({ message }) => (
          <p key={message} className="jp-Batch-notice" lang="en">
            {message}
          </p>
        ))}
    </>
  );
}
