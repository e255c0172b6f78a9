import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { list } from '../../../src/targets/slurm/queue.ts';
import { commands } from '../../../src/targets/slurm/commands.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jlb-commands-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

/** Puts a program there that does this, in sh. */
async function program(does: string): Promise<void> {
  const path = join(folder, 'squeue');
  await writeFile(path, `#!/bin/sh\n${does}\n`);
  await chmod(path, 0o700);
}

const around = (patienceMs = 10_000) =>
  commands({
    conf: '/etc/slurm.conf',
    environment: {
      PATH: `${folder}:/usr/bin:/bin`,
      SBATCH_PARTITION: 'his',
      SQUEUE_FORMAT: '%i',
      HOME: '/home/ada'
    },
    patienceMs
  });

/** What comes of such a program. */
async function said(does: string, patienceMs?: number) {
  await program(does);
  return around(patienceMs).run(
    'squeue',
    ['--states=all', 'a b'],
    'from stdin'
  );
}

test('a program gets our arguments, our input, and no variable of the caller', async () => {
  const answer = await said('echo "$2" "$#" "$(cat)"; env');
  const text = answer.kind === 'ok' ? answer.text : '';
  expect(text).toMatch(/^a b 2 from stdin\n/);
  expect(text).toContain('SLURM_CONF=/etc/slurm.conf\n');
  expect(text).toContain('LC_ALL=C\n');
  expect(text).not.toMatch(/SBATCH_|SQUEUE_/);
});

describe('nobody knows what came of it', () => {
  test.each([
    ['hangs', 'exec sleep 60', /did not answer in 0.3 s/],
    ['is killed', 'kill -9 $$', /was killed/],
    [
      'reaches nobody',
      'echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1',
      /Unable to contact/
    ]
  ])('where it %s', async (_, does, why) => {
    const answer = await said(does, 300);
    expect(answer.kind).toBe('silent');
    expect(answer.kind === 'silent' && answer.why).toMatch(why);
  });

  test('where it is not there', async () => {
    const nowhere = commands({ conf: null, environment: { PATH: folder } });
    expect(await nowhere.run('sacct', [])).toEqual({
      kind: 'silent',
      why: 'sacct cannot be run (ENOENT)'
    });
  });
});

test('a no is a no, in the words of Slurm', async () => {
  expect(
    await said('echo "sbatch: error: Invalid partition" >&2; exit 1')
  ).toEqual({ kind: 'no', message: 'Invalid partition', code: 1 });
});

test.each([
  ['a list', '12|a.1|a.1|RUNNING|0|n1|N/A|None|'],
  ['an empty list', '']
])('a warning beside %s takes nothing from it', async (_, line) => {
  const warning = `squeue: /opt/conda/lib/libtinfo.so.6: no version information available`;
  await program(`echo '${warning}' >&2; echo '${line}'`);
  expect(await list(around(), '0')).toEqual({ kind: 'ok', jobs: [] });
});

test('a complaint of one that ends well is told too', async () => {
  expect(await said('echo "squeue: error: Invalid user" >&2')).toEqual({
    kind: 'ok',
    text: '',
    complaint: 'Invalid user'
  });
});
