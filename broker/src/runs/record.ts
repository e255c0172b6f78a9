import type { LeaseSummary } from '@jupyterlab-batch/protocol';

import type { IRunDoc } from './doc.ts';
import { isoTime, runView } from './view.ts';

/**
 * `record.json`: exactly what ran, with what, where, as whom. No secret. Written
 * with the delivery, and anew when the run has ended and when its lease is closed.
 */
export function record(run: IRunDoc, lease: LeaseSummary | null) {
  const { spec } = run;
  return {
    version: 1,
    ...runView(run),
    ended_at: run.summary?.ended_at ?? isoTime(run.endedAt),
    user: spec.user,
    kernel: spec.kernel,
    python: spec.python,
    project: spec.root,
    environment_names: Object.keys(spec.environment).sort(),
    expected_outputs: spec.outputs,
    missing_outputs: run.delivery?.missing ?? [],
    output_sha256: run.delivery?.sha256 ?? run.summary?.output_sha256 ?? null,
    cells: run.summary?.cells ?? null,
    cells_done: run.summary?.done ?? null,
    warnings: run.summary?.warnings ?? [],
    lease
  };
}
