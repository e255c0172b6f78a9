import type {
  Prepared,
  PrepareRequest,
  SubmitRequest
} from '@jupyterlab-batch/protocol';

import type { INotebookSource } from '../tokens';
import { parseDuration } from '../words/duration';
import type { IChoices } from './choices';
import { shownText, type IRow } from './rows';

/** What the server shall look at: the notebook as it is now, and the choices. */
export function requestOf(
  source: INotebookSource,
  choices: IChoices
): PrepareRequest & Pick<SubmitRequest, 'time_limit'> {
  const { edits, types, ticked, kernel, target, filesMode } = choices;
  const { exclude, include, outputs, deliverTo } = choices;
  const runtime = target === null ? undefined : choices.runtime[target];
  return {
    path: source.path,
    content: source.content(),
    kernel,
    target,
    overrides: { ...edits },
    types: { ...types },
    ticked: [...ticked],
    files_mode: filesMode,
    exclude: [...exclude],
    include: [...include],
    // a line that nothing was written in yet is no rule
    outputs: outputs && outputs.filter(({ glob }) => glob.trim() !== ''),
    deliver_to: deliverTo.trim() || null,
    resources: target === null ? {} : { ...choices.resources[target] },
    ...(runtime === undefined ? {} : { runtime }),
    time_limit: parseDuration(choices.timeLimit)
  };
}

/** The same, and the promise that nothing differs from what was shown. */
export function submissionOf(
  source: INotebookSource,
  choices: IChoices,
  prepared: Prepared,
  rows: readonly IRow[]
): SubmitRequest {
  const known = new Set(prepared.parameters.map(({ name }) => name));
  return {
    ...requestOf(source, choices),
    kernel: prepared.kernel,
    runtime: prepared.runtime.wanted,
    target: prepared.target.name,
    files_mode: prepared.plan.mode,
    label: choices.label.trim() || null,
    shown: rows
      .filter(row => known.has(row.declaration.name) || row.edited)
      .map(row => ({ name: row.declaration.name, text: shownText(row) })),
    plan_id: prepared.plan.id,
    confirmed: choices.confirmedPlan === prepared.plan.id
  };
}
