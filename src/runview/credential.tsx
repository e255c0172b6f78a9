import type { HistoryEntry, LeaseSummary } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { Action } from '../parts/action';
import { CommandIDs } from '../tokens';
import { credentialCertainty, credentialLine } from '../words/credential';
import { count } from '../words/locale';
import { fullTime, timeOfDay } from '../words/time';
import { markWord } from './marks';
import { marksOf } from './timeline';

/** Whose credential the run had, what it could do, and how it died. */
export function Credential(props: {
  /** of the run */
  id: string;
  lease: LeaseSummary | null;
  history: readonly HistoryEntry[];
  commands: CommandRegistry;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { id, lease, history, commands, trans } = props;
  if (lease === null) {
    return (
      <p className="jp-Batch-hint">
        {trans.__('This run held no credential: its target has no identity.')}
      </p>
    );
  }
  const scopes = lease.scopes.join(', ');
  const facts: [string, React.ReactNode][] = [
    [trans.__('From'), <bdi translate="no">{lease.provider}</bdi>],
    [
      trans.__('May'),
      scopes ? <bdi translate="no">{scopes}</bdi> : trans.__('nothing special')
    ],
    [
      trans.__('Client'),
      lease.client === 'per_lease'
        ? trans.__('made for this run, deleted with it')
        : trans.__('shared with other runs')
    ],
    [
      trans.__('Handed to the job'),
      trans._n('%2 time', '%2 times', lease.used, count(lease.used))
    ],
    [trans.__('State'), <bdi translate="no">{lease.state}</bdi>]
  ];
  return (
    <div className="jp-Batch-card">
      <p
        className="jp-Batch-credential"
        data-certainty={credentialCertainty(lease)}
      >
        {credentialLine(trans, lease)}
      </p>
      <Action
        commands={commands}
        command={CommandIDs.revokeCredential}
        id={id}
      />
      <ol className="jp-Batch-steps" aria-label={trans.__('Life')}>
        {marksOf(lease).map(({ name, at }) => {
          const time = new Date(at).toISOString();
          return (
            <li key={name} data-mark={name}>
              <span>{markWord(trans, name)}</span>
              <time dateTime={time} title={fullTime(time)}>
                {timeOfDay(time)}
              </time>
            </li>
          );
        })}
      </ol>
      <dl>
        {facts.map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
      {lease.problem ? <p lang="en">{lease.problem}</p> : null}
      <History
        entries={history.filter(({ subject }) => subject === 'lease')}
        trans={trans}
      />
    </div>
  );
}

/** Audit rows: when, what, from which state to which, and what brought it. */
export function History(props: {
  entries: readonly HistoryEntry[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { entries, trans } = props;
  return entries.length === 0 ? (
    <p className="jp-Batch-hint">{trans.__('Nothing yet.')}</p>
  ) : (
    <table className="jp-Batch-table jp-Batch-historyTable">
      <thead>
        <tr>
          <th scope="col">{trans.__('When')}</th>
          <th scope="col">{trans.__('What')}</th>
          <th scope="col">{trans.__('Change')}</th>
          <th scope="col">{trans.__('Brought by')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry, at) => (
          <tr key={at}>
            <td>
              <time dateTime={entry.at} title={fullTime(entry.at)}>
                {timeOfDay(entry.at)}
              </time>
            </td>
            <td>
              {entry.subject === 'run'
                ? trans.__('run')
                : trans.__('credential')}
            </td>
            <td translate="no" dir="ltr">
              {entry.from ? `${entry.from} → ${entry.to}` : entry.to}
            </td>
            <td>
              <code translate="no">{entry.event}</code>{' '}
              <span lang="en">{entry.detail}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
