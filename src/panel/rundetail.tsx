import type { RunDetail as Detail, Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretLeftIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs, type IBatchApi, type IRuns } from '../tokens';
import { bytes } from '../words/bytes';
import { credentialCertainty, credentialLine } from '../words/credential';
import { isActive, notebookName } from '../words/states';
import { fullTime, timeOfDay } from '../words/time';
import { Action } from '../parts/action';
import { AnsiText } from '../parts/ansitext';
import { Log } from '../parts/log';
import { useNow } from '../parts/now';
import { Provenance } from '../parts/provenance';
import { RunFacts } from '../parts/runfacts';
import { useRunModel } from '../parts/runlook';
import { StateBadge } from '../parts/statebadge';
import { Trouble } from '../parts/trouble';

export interface IRunDetailProps {
  id: string;
  api: IBatchApi;
  model: IRuns;
  commands: CommandRegistry;
  trans: TranslationBundle;
  onBack: () => void;
}

/** One run, simply: what it was given, what it does, how it ended. */
export default function RunDetail(props: IRunDetailProps): React.JSX.Element {
  const { id, api, model, commands, trans, onBack } = props;
  const { run, detail, failure } = useRunModel(api, model, id);
  const back = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => back.current?.focus(), [id]);
  return (
    <article
      className="jp-Batch-detail"
      aria-label={trans.__('Run')}
      data-run-id={id}
      data-state={run?.state}
    >
      <button
        ref={back}
        type="button"
        className="jp-Batch-back"
        data-action="back"
        onClick={onBack}
      >
        <caretLeftIcon.react tag="span" aria-hidden={true} />
        {trans.__('All runs')}
      </button>
      {run ? (
        <>
          <Head run={run} runs={model} commands={commands} trans={trans} />
          <Sections run={run} detail={detail} api={api} trans={trans} />
        </>
      ) : (
        <p className="jp-Batch-hint">
          {failure ? (
            <Trouble failure={failure} trans={trans} />
          ) : (
            trans.__('Asking…')
          )}
        </p>
      )}
    </article>
  );
}

function Head(props: {
  run: Run;
  runs: IRuns;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { run, runs, commands, trans } = props;
  const now = useNow(runs, isActive(run.state));
  return (
    <header>
      <h3 title={run.notebook} translate="no" dir="auto">
        {notebookName(run)}
      </h3>
      {run.label ? (
        <em className="jp-Batch-runLabel" translate="no">
          {run.label}
        </em>
      ) : null}
      <div className="jp-Batch-runFacts">
        <StateBadge run={run} trans={trans} />
        <RunFacts run={run} now={now} trans={trans} />
      </div>
      {run.message ? (
        <p className="jp-Batch-runMessage" role="status" lang="en">
          {run.message}
        </p>
      ) : null}
      <div className="jp-Batch-actions jp-mod-always">
        <Action commands={commands} command={CommandIDs.openRun} id={run.id} />
        <Action
          commands={commands}
          command={CommandIDs.openResult}
          id={run.id}
        />
        <Action
          commands={commands}
          command={CommandIDs.cancelRun}
          id={run.id}
        />
        <Action
          commands={commands}
          command={CommandIDs.deleteRun}
          id={run.id}
        />
      </div>
    </header>
  );
}

function Sections(props: {
  run: Run;
  detail: Detail | null;
  api: IBatchApi;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { run, detail, api, trans } = props;
  return (
    <>
      {detail?.traceback ? (
        <Section title={trans.__('Traceback')} name="traceback">
          <AnsiText
            text={detail.traceback}
            label={trans.__('Traceback')}
            className="jp-Batch-traceback"
          />
        </Section>
      ) : null}
      <Section title={trans.__('Parameters')} name="parameters">
        <Provenance parameters={run.parameters} trans={trans} />
      </Section>
      {run.lease ? (
        <Section title={trans.__('Credential')} name="credential">
          <p
            className="jp-Batch-credential"
            data-certainty={credentialCertainty(run.lease)}
          >
            {credentialLine(trans, run.lease)}
          </p>
          <p className="jp-Batch-hint">
            {run.lease.scopes.length > 0
              ? trans.__(
                  'From %1; may %2.',
                  run.lease.provider,
                  run.lease.scopes.join(', ')
                )
              : trans.__('From %1.', run.lease.provider)}
          </p>
        </Section>
      ) : null}
      {detail && detail.warnings.length > 0 ? (
        <Section title={trans.__('Warnings')} name="warnings">
          <ul>
            {detail.warnings.map((warning, index) => (
              <li key={index} lang="en">
                {warning}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {detail && detail.files.length > 0 ? (
        <Section title={trans.__('Files')} name="files">
          <ul className="jp-Batch-fileList">
            {detail.files.map(file => (
              <li key={file.path}>
                <bdi translate="no">{file.path}</bdi>
                <span translate="no">{bytes(file.size)}</span>
                <span>
                  {file.delivered
                    ? trans.__('delivered')
                    : trans.__('in the run folder')}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section title={trans.__('Log')} name="log">
        <Log api={api} id={run.id} trans={trans} />
      </Section>
      {detail && detail.history.length > 0 ? (
        <Section title={trans.__('History')} name="history" folded={true}>
          <ol className="jp-Batch-history">
            {detail.history.map((entry, index) => (
              <li key={index}>
                <time dateTime={entry.at} title={fullTime(entry.at)}>
                  {timeOfDay(entry.at)}
                </time>
                <span>
                  {entry.subject === 'run'
                    ? trans.__('run')
                    : trans.__('credential')}{' '}
                  <bdi translate="no">{entry.to}</bdi>
                </span>
                {entry.detail ? <span lang="en">{entry.detail}</span> : null}
              </li>
            ))}
          </ol>
        </Section>
      ) : null}
    </>
  );
}

function Section(props: {
  title: string;
  name: string;
  folded?: boolean;
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <details
      className="jp-Batch-section"
      data-section={props.name}
      open={!props.folded}
    >
      <summary>{props.title}</summary>
      {props.children}
    </details>
  );
}
