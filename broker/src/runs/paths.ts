import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { IRunDoc } from './doc.ts';

/** The names in a run folder (DESIGN §6). */
export const FOLDER = {
  source: 'source.ipynb',
  input: 'input.ipynb',
  job: 'job.json',
  plan: 'plan.json',
  files: 'files',
  events: 'events.jsonl',
  log: 'runner.log',
  output: 'output.ipynb',
  summary: 'summary.json',
  record: 'record.json'
} as const;

/** Where the kernel starts: the notebook's folder, in the copy or for real. */
export function workDir(run: IRunDoc): string {
  const root =
    run.spec.filesMode === 'in-place' && run.spec.root !== null
      ? run.spec.root
      : join(run.folder, FOLDER.files);
  return join(root, run.spec.cwd);
}

/**
 * A short 0700 folder for the sockets of one attempt: zmq and `sun_path` take
 * 107 bytes at most, so it lies under the broker's own socket folder.
 */
export function runtimeDir(socketDir: string, attempt: string): string {
  const name = createHash('sha256').update(attempt).digest('hex').slice(0, 12);
  return join(socketDir, 'r', name);
}
