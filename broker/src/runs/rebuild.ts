import { spawn } from 'node:child_process';

import { Summary } from '@jupyterlab-batch/protocol';
import { Value } from 'typebox/value';

import type { IFailure } from './doc.ts';
import type { IRebuilder } from './ports.ts';

/** Folding a run of many gigabytes takes a while; hanging for ever is not folding. */
const LONGEST_MS = 10 * 60_000;
const LONGEST_ANSWER = 4 * 1024 * 1024;

/** Exit code of a rebuild for which there is no room. */
const NO_ROOM = 4;

const failure = (
  message: string,
  reason: IFailure['reason'] = 'internal'
): IFailure => ({
  reason,
  message: `The executed notebook could not be put together: ${message}. What ran is in events.jsonl in the run folder; "python -m jupyterlab_batch.runner rebuild FOLDER" tries it again.`
});

/**
 * `python -m jupyterlab_batch.runner rebuild FOLDER`: the one fold, in Python, and
 * the last look for secrets. They go down a pipe that only this child inherits.
 */
export const rebuilder: IRebuilder = {
  rebuild: (python, folder, environment, secrets) =>
    new Promise(resolve => {
      const child = spawn(
        python,
        [
          ...['-m', 'jupyterlab_batch.runner', 'rebuild'],
          ...(secrets.length > 0 ? ['--secrets'] : []),
          folder
        ],
        {
          cwd: '/',
          env: { ...environment },
          stdio: ['pipe', 'pipe', 'ignore'],
          timeout: LONGEST_MS,
          killSignal: 'SIGKILL'
        }
      );
      child.on('error', () => resolve(failure(`${python} did not start`)));
      if (child.pid === undefined) {
        return; // without files left there are no pipes either
      }
      child.stdin.on('error', () => undefined); // it may leave without listening
      child.stdin.end(JSON.stringify(secrets.map(secret => secret.reveal())));
      const pieces: Buffer[] = [];
      let size = 0;
      child.stdout.on('data', (piece: Buffer) => {
        size += piece.length;
        if (size <= LONGEST_ANSWER) {
          pieces.push(piece);
        }
      });
      child.on('close', (code, signal) => {
        const summary = parse(Buffer.concat(pieces).toString('utf8'));
        resolve(
          summary ??
            (code === NO_ROOM
              ? failure('the disk of the run folder is full', 'disk_full')
              : failure(`the runner ended with ${signal ?? String(code)}`))
        );
      });
    })
};

function parse(text: string): Summary | null {
  const line = text.trim().split('\n').at(-1) ?? '';
  try {
    const data: unknown = JSON.parse(line);
    return Value.Check(Summary, data) ? data : null;
  } catch {
    return null;
  }
}
