import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

const run = promisify(execFile);

it('outlives what cannot be started because there are no more files', async () => {
  const script = join(import.meta.dirname, 'descriptors.ts');
  const { stdout } = await run('/bin/sh', [
    ...['-c', 'ulimit -n 100 && exec "$0" "$1"'],
    ...[process.execPath, script]
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    squeue: { kind: 'silent', why: 'squeue cannot be run (EMFILE)' },
    rebuild: { reason: 'internal' },
    reader: expect.stringContaining('did not start') as string
  });
});
