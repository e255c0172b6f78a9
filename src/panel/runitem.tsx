import type { Run } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { IBatchExtensions } from '../tokens';
import { clock } from '../words/duration';
import { elapsed, isActive, notebookName, whereabouts } from '../words/states';
import { fullTime, shortTime } from '../words/time';
import { Action } from '../parts/action';
import { StateBadge } from '../parts/statebadge';

export interface IRunItemProps {
  run: Run;
  now: Date;
  commands: CommandRegistry;
  extensions: IBatchExtensions;
  trans: TranslationBundle;
  chosen: boolean;
  /** its buttons are in the order of Tab */
  focused: boolean;
  onOpen: () => void;
  onChoose: () => void;
  onLabel: (label: string) => void;
}

/** What one line says of a run. */
export function RunItem(props: IRunItemProps): React.JSX.Element {
  const { run, now, commands, extensions, trans, chosen, focused } = props;
  const { id } = run;
  const name = notebookName(run);
  const taken = elapsed(run, now);
  const place = whereabouts(trans, run);
  const summary = parameterSummary(run);
  const tabIndex = focused ? 0 : -1;
  const time = run.ended_at ?? run.submitted_at;
  return (
    <>
      <div className="jp-Batch-runHead">
        <input
          type="checkbox"
          className="jp-Batch-choose"
          tabIndex={-1}
          checked={chosen}
          aria-label={trans.__('Choose this run of %1', name)}
          onChange={props.onChoose}
        />
        <StateBadge run={run} trans={trans} />
        <button
          type="button"
          className="jp-Batch-runName"
          tabIndex={tabIndex}
          title={trans.__('Show this run of %1', run.notebook)}
          onClick={props.onOpen}
        >
          <bdi translate="no">{name}</bdi>
        </button>
        {run.label ? (
          <button
            type="button"
            className="jp-Batch-runLabel"
            tabIndex={tabIndex}
            title={trans.__('Only runs labelled “%1”', run.label)}
            onClick={() => props.onLabel(run.label ?? '')}
          >
            <bdi translate="no">{run.label}</bdi>
          </button>
        ) : null}
      </div>
      {summary ? (
        <div className="jp-Batch-runParameters" title={summary} translate="no">
          {summary}
        </div>
      ) : null}
      <div className="jp-Batch-runFacts">
        {place ? <span data-fact="progress">{place}</span> : null}
        {taken === null ? null : (
          <span data-fact="elapsed">{clock(taken)}</span>
        )}
        <time dateTime={time} title={fullTime(time)}>
          {shortTime(time, now)}
        </time>
        {extensions.columns.map(({ id: column, label, text }) => {
          const value = text(run);
          return value === null ? null : (
            <span
              key={column}
              data-column={column}
              title={label}
              translate="no"
            >
              {value}
            </span>
          );
        })}
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
        <div className="jp-Batch-runMessage" lang="en">
          {run.message}
        </div>
      ) : null}
      <div className="jp-Batch-actions">
        {extensions.actions.map(({ command, label }) => (
          <Action
            key={command}
            commands={commands}
            command={command}
            id={id}
            label={label}
            tabIndex={tabIndex}
          />
        ))}
      </div>
    </>
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
