import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { IRunDoc } from './doc.ts';
import type { IDeliveryRequest } from './ports.ts';

/** The names in a run folder (DESIGN §6). */
export const FOLDER = {
  source: 'source.ipynb',
  input: 'input.ipynb',
  job: 'job.json',
  /** where a target lays it for its job; only until that one trades it */
  ticket: 'ticket',
  plan: 'plan.json',
  files: 'files',
  events: 'events.jsonl',
  log: 'runner.log',
  output: 'output.ipynb',
  summary: 'summary.json',
  record: 'record.json'
} as const;

/** The tree that the kernel sees: the copy's root, or the project's for real. */
function rootOf(run: IRunDoc): string {
  return run.spec.filesMode === 'in-place' && run.spec.root !== null
    ? run.spec.root
    : join(run.folder, FOLDER.files);
}

/** Where the kernel starts: the notebook's folder in that tree. */
export function workDir(run: IRunDoc): string {
  return join(rootOf(run), run.spec.cwd);
}

/** What the files room has to know to look at a run's files. */
export function deliveryOf(run: IRunDoc): IDeliveryRequest {
  return {
    run: run.id,
    runFolder: run.folder,
    name: run.spec.notebook.name,
    into: run.spec.deliverTo,
    startedAt: run.startedAt ?? run.submittedAt,
    root: rootOf(run),
    cwd: run.spec.cwd,
    inPlace: run.spec.filesMode === 'in-place',
    outputs: run.spec.outputs
  };
}

/**
 * A short 0700 folder for the sockets of one attempt: zmq and `sun_path` take
 * 107 bytes at most, so it lies under the broker's own socket folder.
 */
export function runtimeDir(socketDir: string, attempt: string): string {
  const name = createHash('sha256').update(attempt).digest('hex').slice(0, 12);
  return join(socketDir, 'r', name);
}
