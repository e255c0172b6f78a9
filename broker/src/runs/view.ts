import type {
  LeaseSummary,
  Progress,
  Run,
  Waiting
} from '@jupyterlab-batch/protocol';

import type { IRunColumns } from '../lifecycle/ports.ts';
import type { JsonObject } from '../lifecycle/types.ts';
import type { IRunDoc } from './doc.ts';
import { isTerminal } from './verdict.ts';

/** ISO 8601 in UTC from ms since the epoch. */
export const isoTime = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString();

/** What changes beside the state document, or is known only when asked. */
export interface IRunMoment {
  readonly revision: number;
  readonly progress: Progress | null;
  readonly observedAt: number | null;
  readonly position: number | null;
  readonly waiting: Waiting | null;
  readonly lease: LeaseSummary | null;
}

/** The part of a `Run` that follows from its state document alone. */
export type RunView = Omit<
  Run,
  'revision' | 'progress' | 'observed_at' | 'position' | 'waiting' | 'lease'
>;

export function runView(run: IRunDoc): RunView {
  const { spec } = run;
  return {
    id: run.id,
    label: spec.label,
    state: run.state,
    reason: run.reason,
    message: run.message,
    exit_code: run.exitCode,
    signal: run.signal,
    notebook: spec.notebook.path ?? spec.notebook.name,
    contents_path: spec.notebook.contentsPath,
    output: run.delivery?.notebook ?? null,
    target: spec.target,
    native_id: run.attempt?.job?.native ?? null,
    attempt: run.attempt?.number ?? 0,
    submitted_at: new Date(run.submittedAt).toISOString(),
    started_at: isoTime(run.startedAt),
    ended_at: isoTime(run.endedAt),
    closed_at: isoTime(run.closedAt),
    time_limit: spec.timeLimit,
    resources: { ...spec.resources },
    runtime: spec.runtime ?? null,
    deleting: run.deleting,
    cancelling: run.cancelled && !isTerminal(run.state),
    parameters: [...spec.parameters],
    run_folder: run.folder,
    kernel: spec.kernel.display_name,
    files_mode: spec.filesMode,
    deliver_to: spec.deliverTo,
    rerun_of: spec.rerunOf
  };
}

export function toRun(view: RunView, moment: IRunMoment): Run {
  return {
    ...view,
    // the view of a run of an earlier version has none of these
    resources: { ...view.resources },
    runtime: view.runtime ?? null,
    deleting: view.deleting ?? false,
    revision: moment.revision,
    progress: moment.progress,
    observed_at: isoTime(moment.observedAt),
    position: moment.position,
    waiting: moment.waiting,
    lease: moment.lease
  };
}

/** The row of a run, for lists, filters and the text search; null: erase it. */
export function runColumns(run: IRunDoc): IRunColumns | null {
  if (run.deleted) {
    return null;
  }
  return {
    machine: 'run',
    state: run.state,
    active: !isTerminal(run.state),
    target: run.spec.target,
    notebook: run.spec.notebook.path ?? run.spec.notebook.name,
    label: run.spec.label,
    submittedAt: run.submittedAt,
    endedAt: run.endedAt,
    search: run.spec.parameters
      .map(p => `${p.name} ${p.text} ${p.name}=${p.text}`)
      .join('\n'),
    // A view holds strings, numbers, booleans, null and lists of them only.
    view: runView(run) as unknown as JsonObject
  };
}
