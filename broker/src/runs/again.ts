import {
  BatchError,
  problem,
  type FilesPlan,
  type KernelSpec,
  type NewRun,
  type NotebookContent,
  type Parameter,
  type RerunRequest
} from '@jupyterlab-batch/protocol';

import type { IRunDoc } from './doc.ts';

/**
 * A run once more, with what was changed. Pure.
 *
 * @returns also how many seconds were too few, where more are wanted
 * @throws BatchError `unknown_parameter`
 */
export function again(
  { id, spec }: IRunDoc,
  request: RerunRequest,
  content: NotebookContent,
  plan: FilesPlan,
  kernel: KernelSpec
): { run: NewRun; moreThan: number | null } {
  const wanted = request.time_limit ?? spec.timeLimit;
  const run: NewRun = {
    notebook: {
      name: spec.notebook.name,
      path: spec.notebook.path,
      contents_path: spec.notebook.contentsPath,
      content
    },
    label: spec.label,
    target: spec.target,
    kernel,
    parameters: changed(spec.parameters, request.parameters ?? {}),
    time_limit: wanted === 'more' ? null : wanted,
    resources: { ...spec.resources, ...request.resources },
    runtime: request.runtime === undefined ? wish(spec) : request.runtime,
    plan: { id: plan.id, mode: plan.mode, confirmed: true },
    outputs: [...spec.outputs],
    environment: { ...spec.environment },
    python: spec.python,
    user: spec.user,
    deliver_to: request.deliver_to ?? spec.deliverTo,
    config_path: [...spec.configPath],
    rerun_of: id
  };
  return { run, moreThan: wanted === 'more' ? spec.timeLimit : null };
}

/** The environment as it was asked for; what is in it by now is looked at anew. */
const wish = ({ runtime }: IRunDoc['spec']): NewRun['runtime'] =>
  runtime ? { kind: runtime.kind, path: runtime.path } : null;

function changed(
  parameters: readonly Parameter[],
  texts: Readonly<Record<string, string>>
): Parameter[] {
  const unknown = Object.keys(texts).find(
    name => !parameters.some(p => p.name === name)
  );
  if (unknown !== undefined) {
    const has =
      parameters.length > 0
        ? `It has: ${parameters.map(p => p.name).join(', ')}.`
        : 'It has none at all.';
    throw new BatchError(
      problem(
        'unknown_parameter',
        `The run has no parameter ${unknown}. ${has}`
      )
    );
  }
  return parameters.map(p => {
    const text = texts[p.name];
    return text === undefined || p.layer === 'admin'
      ? p
      : {
          name: p.name,
          type: p.type,
          text,
          declared: true,
          layer: 'override',
          origin: 'rerun',
          shadowed: [
            { text: p.text, layer: p.layer, origin: p.origin },
            ...p.shadowed
          ]
        };
  });
}
