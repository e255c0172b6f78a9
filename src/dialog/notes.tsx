import type { Prepared, PrepareProblem } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { count } from '../words/locale';
import { fixFor, otherProblems } from './fixes';
import type { IHost } from './host';
import type { Session } from './session';

export interface INotesProps {
  prepared: Prepared;
  session: Session;
  host: IHost;
  trans: TranslationBundle;
}

/**
 * What belongs to no parameter, then what the notebook's code risks. No class
 * `jp-mod-error`: JupyterLab's dialog disables Submit by it, which then could not
 * say why it waits.
 */
export function Notes(props: INotesProps): React.JSX.Element | null {
  const { prepared, host, trans } = props;
  const problems = otherProblems(prepared);
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
        <Problem {...props} key={`problem-${index}`} problem={problem} />
      ))}
      {lints.map((lint, index) => (
        <li
          key={`lint-${index}`}
          data-severity={lint.severity}
          data-lint={lint.code}
        >
          <Severity severity={lint.severity} trans={trans} />
          <span lang="en">{lint.message}</span>
          {host.showCell && lint.cell !== null ? (
            <ShowCell cell={lint.cell} show={host.showCell} trans={trans} />
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Problem(
  props: INotesProps & { problem: PrepareProblem }
): React.JSX.Element {
  const { prepared, problem, session, host, trans } = props;
  const { severity, message, origin } = problem;
  const link = origin === null ? undefined : prepared.links[origin];
  const fix = fixFor(prepared, problem, session, trans);
  const { openFile } = host;
  return (
    <li data-severity={severity} data-problem={problem.code}>
      <Severity severity={severity} trans={trans} />
      <span lang="en">
        {message}
        {origin && !message.includes(origin) ? (
          <>
            {' '}
            <code translate="no">{origin}</code>
          </>
        ) : null}
      </span>
      {link && openFile ? (
        <button
          type="button"
          className="jp-Batch-link"
          onClick={() => openFile(link.path, link.line)}
        >
          {trans.__('Open file')}
        </button>
      ) : null}
      {fix ? (
        <button
          type="button"
          className="jp-Batch-link"
          data-fix={problem.code}
          onClick={fix.apply}
        >
          {fix.label}
        </button>
      ) : null}
    </li>
  );
}

function ShowCell(props: {
  cell: number;
  show: (cell: number) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { cell, show, trans } = props;
  return (
    <button
      type="button"
      className="jp-Batch-link"
      title={trans.__('Leave the dialog and show cell %1', count(cell + 1))}
      onClick={() => show(cell)}
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
