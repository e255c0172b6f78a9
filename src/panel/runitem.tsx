import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../tokens';
import { clock } from '../words/duration';
import { elapsed, isActive, notebookName, whereabouts } from '../words/states';
import { fullTime, shortTime } from '../words/time';
import { Action } from './action';
import { StateBadge } from '../parts/statebadge';

export interface IRunItemProps {
  run: Run;
  now: Date;
  commands: CommandRegistry;
  trans: TranslationBundle;
  onShow: (id: string) => void;
}

/** One run in the list. */
export function RunItem(props: IRunItemProps): React.JSX.Element {
  const { run, now, commands, trans, onShow } = props;
  const { id } = run;
  const name = notebookName(run);
  const taken = elapsed(run, now);
  const place = whereabouts(trans, run);
  const summary = parameterSummary(run);
  return (
    <li className="jp-Batch-run" data-run-id={id} data-state={run.state}>
      <div className="jp-Batch-runHead">
        <StateBadge run={run} trans={trans} />
        <button
          type="button"
          className="jp-Batch-runName"
          title={trans.__('Show this run of %1', run.notebook)}
          onClick={() => onShow(id)}
        >
          {name}
        </button>
        {run.label ? <em className="jp-Batch-runLabel">{run.label}</em> : null}
      </div>
      {summary ? (
        <div className="jp-Batch-runParameters" title={summary}>
          {summary}
        </div>
      ) : null}
      <div className="jp-Batch-runFacts">
        {place ? <span data-fact="progress">{place}</span> : null}
        {taken === null ? null : (
          <span data-fact="elapsed">{clock(taken)}</span>
        )}
        <time
          dateTime={run.ended_at ?? run.submitted_at}
          title={fullTime(run.ended_at ?? run.submitted_at)}
        >
          {shortTime(run.ended_at ?? run.submitted_at, now)}
        </time>
        {run.progress && isActive(run.state) ? (
          <progress
            className="jp-Batch-progress"
            aria-label={trans.__('Cells of %1', name)}
            max={run.progress.cells}
            value={Math.max(0, run.progress.cell - 1)}
          />
        ) : null}
      </div>
      {run.message && run.state !== 'succeeded' ? (
        <div className="jp-Batch-runMessage">{run.message}</div>
      ) : null}
      <div className="jp-Batch-actions">
        <Action commands={commands} command={CommandIDs.openResult} id={id} />
        <Action commands={commands} command={CommandIDs.cancelRun} id={id}>
          {trans.__('Cancel')}
        </Action>
        <Action commands={commands} command={CommandIDs.deleteRun} id={id}>
          {trans.__('Delete')}
        </Action>
      </div>
    </li>
  );
}

/** `AMP 4.0, WID 20.0`: what differs from the notebook first, then the rest. */
export function parameterSummary({ parameters }: Run): string {
  const declared = parameters.filter(parameter => parameter.declared);
  const own = declared.filter(({ layer }) => layer !== 'notebook');
  const rest = declared.filter(({ layer }) => layer === 'notebook');
  return [...own, ...rest]
    .map(({ name, text }) => `${name} ${text}`)
    .join(', ');
}
