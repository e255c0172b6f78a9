import type { IRunDoc } from './doc.ts';
import type { IVerdict } from './verdict.ts';
import { isoTime, runView } from './view.ts';

/** `record.json`: exactly what ran, with what, where, as whom. No secret. */
export function record(run: IRunDoc, ended: IVerdict) {
  const { spec } = run;
  return {
    version: 1,
    ...runView({ ...run, ...ended }),
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
    lease: run.lease?.id ?? null
  };
}
