import type {
  Lint,
  Prepared,
  PrepareProblem
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes } from '../words/bytes';

export interface IFactsProps {
  prepared: Prepared;
  trans: TranslationBundle;
}

/** As whom the run acts. */
export function Identity({ prepared, trans }: IFactsProps): React.JSX.Element {
  const { target } = prepared;
  return (
    <details className="jp-Batch-fold">
      <summary data-fold="identity">
        <span className="jp-Batch-foldName">{trans.__('Identity')}</span>
        <span>
          {target.identity === null
            ? trans.__('the run holds no credential')
            : (target.identity_line ?? target.identity)}
        </span>
      </summary>
      <div className="jp-Batch-foldBody">
        {target.identity === null
          ? trans.__(
              'Nothing here names an identity, so the notebook acts with what it finds by itself.'
            )
          : trans.__(
              'A credential is made for this run when it starts, handed out by token(), and revoked when the run ends. It may: %1.',
              target.scopes.length > 0
                ? target.scopes.join(', ')
                : trans.__('nothing in particular')
            )}
      </div>
    </details>
  );
}

/** What has to be there in the end. */
export function Outputs({ prepared, trans }: IFactsProps): React.JSX.Element {
  const { outputs } = prepared.inspection;
  const line =
    outputs.length === 0
      ? trans.__('the executed notebook; no file is declared')
      : trans._n(
          '%2 must exist',
          '%2 must exist',
          outputs.length,
          outputs
            .map(({ glob, min_bytes }) =>
              min_bytes > 1
                ? trans.__('%1 (at least %2)', glob, bytes(min_bytes))
                : glob
            )
            .join(', ')
        );
  return (
    <details className="jp-Batch-fold">
      <summary data-fold="outputs">
        <span className="jp-Batch-foldName">{trans.__('Outputs')}</span>
        <span>{line}</span>
      </summary>
      <div className="jp-Batch-foldBody">
        {prepared.deliver_to === null
          ? trans.__('They are delivered beside the notebook.')
          : trans.__(
              'They are delivered to a folder of their own in %1.',
              prepared.deliver_to
            )}
      </div>
    </details>
  );
}

export interface INotesProps extends IFactsProps {
  showCell: ((cell: number) => void) | null;
}

/** Problems that belong to no parameter, then what the notebook's code risks. */
export function Notes(props: INotesProps): React.JSX.Element | null {
  const { prepared, trans, showCell } = props;
  const names = new Set(prepared.inspection.parameters.map(({ name }) => name));
  const problems = prepared.problems.filter(
    ({ parameter }) => parameter === null || !names.has(parameter)
  );
  const { lints } = prepared.inspection;
  if (problems.length + lints.length === 0) {
    return null;
  }
  return (
    <ul
      className="jp-Batch-notes"
      aria-label={trans.__('Worth a look')}
      data-field="problems"
      tabIndex={-1}
    >
      {problems.map((problem, index) => (
        <li key={`problem-${index}`} className={`jp-mod-${problem.severity}`}>
          <Severity severity={problem.severity} trans={trans} />
          <span>
            {problem.message}
            {problem.origin && !problem.message.includes(problem.origin) ? (
              <>
                {' '}
                <code>{problem.origin}</code>
              </>
            ) : null}
          </span>
        </li>
      ))}
      {lints.map((lint, index) => (
        <li
          key={`lint-${index}`}
          className={`jp-mod-${lint.severity}`}
          data-lint={lint.code}
        >
          <Severity severity={lint.severity} trans={trans} />
          <span>{lint.message}</span>
          {showCell && lint.cell !== null ? (
            <ShowCell lint={lint} showCell={showCell} trans={trans} />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function ShowCell(props: {
  lint: Lint;
  showCell: (cell: number) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { lint, showCell, trans } = props;
  const cell = lint.cell ?? 0;
  return (
    <button
      type="button"
      className="jp-Batch-link"
      title={trans.__('Leave the dialog and show cell %1', cell + 1)}
      onClick={() => showCell(cell)}
    >
      {trans.__('Show cell')}
    </button>
  );
}

function Severity(props: {
  severity: PrepareProblem['severity'];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { severity, trans } = props;
  const word =
    severity === 'error'
      ? trans.__('Error')
      : severity === 'warning'
        ? trans.__('Warning')
        : trans.__('Note');
  return <strong className="jp-Batch-severity">{word}</strong>;
}
