import {
  FilesMode,
  type FilesPlan,
  type Prepared
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Value } from 'typebox/value';

import { bytes } from '../words/bytes';
import { count } from '../words/locale';
import type { IChoices } from './choices';
import { DeliverTo } from './deliverto';
import { FilesTree } from './filestree';
import type { Session } from './session';

export interface IFilesProps {
  prepared: Prepared;
  choices: IChoices;
  session: Session;
  trans: TranslationBundle;
}

/** Which files go along; the line says it, the rest explains it. */
export function Files(props: IFilesProps): React.JSX.Element {
  const { prepared, choices, session, trans } = props;
  const { plan } = prepared;
  const id = React.useId();
  return (
    <>
      <details className="jp-Batch-fold">
        <summary data-fold="files">
          <span className="jp-Batch-foldName">{trans.__('Files')}</span>
          <span className="jp-Batch-plan">{planLine(trans, plan)}</span>
        </summary>
        <div className="jp-Batch-foldBody">
          <label htmlFor={`${id}-mode`}>{trans.__('The run works in')}</label>
          <HTMLSelect
            id={`${id}-mode`}
            className="jp-Batch-select"
            data-field="files-mode"
            value={plan.mode}
            onChange={event => {
              const mode = event.target.value;
              if (Value.Check(FilesMode, mode)) {
                session.choose({ filesMode: mode });
              }
            }}
          >
            <option value="snapshot">
              {trans.__('a copy of the project, as it is now')}
            </option>
            <option value="in-place">
              {trans.__('the real folder, nothing is copied')}
            </option>
            <option value="none">
              {trans.__('an empty folder, the notebook alone')}
            </option>
          </HTMLSelect>
          {plan.mode === 'snapshot' ? (
            <FilesTree
              plan={plan.id}
              folder=""
              session={session}
              trans={trans}
            />
          ) : null}
          <DeliverTo {...props} />
          <FileLists plan={plan} trans={trans} />
        </div>
      </details>
      {plan.ask === null ? null : (
        <label className="jp-Batch-confirm">
          <input
            type="checkbox"
            data-field="confirm"
            checked={choices.confirmedPlan === plan.id}
            onChange={event => session.confirm(event.target.checked)}
          />
          {askWords(trans, plan)}
        </label>
      )}
    </>
  );
}

function FileLists(props: {
  plan: FilesPlan;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { plan, trans } = props;
  const linked = plan.linked.map(
    ({ path, bytes: size }) => `${path} (${bytes(size)})`
  );
  const left = plan.left_out.map(({ path, reason }) => `${path} (${reason})`);
  return (
    <dl className="jp-Batch-facts">
      {plan.root === null ? null : (
        <>
          <dt>{trans.__('Project')}</dt>
          <dd translate="no">{plan.root}</dd>
        </>
      )}
      <Entries
        title={trans.__('Linked: a write changes the original')}
        entries={linked}
      />
      <Entries title={trans.__('Left out')} entries={left} />
      <Entries
        title={trans.__('Named by the notebook, but not there')}
        entries={plan.missing}
      />
    </dl>
  );
}

function Entries(props: {
  title: string;
  entries: readonly string[];
}): React.JSX.Element | null {
  return props.entries.length === 0 ? null : (
    <>
      <dt>{props.title}</dt>
      <dd>
        <ul>
          {props.entries.map(entry => (
            <li key={entry} lang="en">
              {entry}
            </li>
          ))}
        </ul>
      </dd>
    </>
  );
}

/** `snapshot of project "waves": 14 files, 3.4 MB; bathy.h5 9 GB linked` */
export function planLine(trans: TranslationBundle, plan: FilesPlan): string {
  if (plan.mode === 'none') {
    return trans.__('none: the notebook runs alone in an empty folder');
  }
  if (plan.mode === 'in-place') {
    return trans.__('in place: the run reads and writes the real folder');
  }
  const project = plan.root?.split('/').filter(Boolean).pop() ?? '';
  const parts = [
    trans._n(
      'snapshot of project "%2": %4 file, %3',
      'snapshot of project "%2": %4 files, %3',
      plan.files,
      project,
      bytes(plan.bytes),
      count(plan.files)
    ),
    ...plan.linked.map(({ path, bytes: size }) =>
      trans.__('%1 %2 linked', path.split('/').pop() ?? path, bytes(size))
    )
  ];
  if (plan.missing.length > 0) {
    parts.push(
      trans._n(
        '%2 named file is not there',
        '%2 named files are not there',
        plan.missing.length,
        count(plan.missing.length)
      )
    );
  }
  return parts.join('; ');
}

function askWords(trans: TranslationBundle, plan: FilesPlan): string {
  switch (plan.ask) {
    case 'too_large':
      return trans.__(
        'Copy %1 for this run: the project is large.',
        bytes(plan.bytes)
      );
    case 'too_many':
      return trans._n(
        'Copy %2 file for this run: the project has many.',
        'Copy %2 files for this run: the project has many.',
        plan.files,
        count(plan.files)
      );
    default:
      return trans.__(
        'Copy the home folder for this run: no smaller project was found.'
      );
  }
}
