import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { rebuilder } from '../../src/runs/rebuild.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { tree } from '../files/tree.ts';
import { SUCCEEDED } from './doc.ts';

/** A Python that writes down how it was called, and answers like the runner. */
async function python(answer: string): Promise<{ path: string; dir: string }> {
  const dir = await tree();
  const path = join(dir, 'python');
  await writeFile(
    path,
    `#!/bin/sh
cd "${dir}"; printf '%s\\n' "$@" > argv; /usr/bin/env > env; /bin/cat > stdin
printf '%s\\n' '${answer}'
`
  );
  await chmod(path, 0o755);
  return { path, dir };
}

const summary = { ...SUCCEEDED, warnings: [] };

test('secrets go through the pipe, and nowhere else', async () => {
  const { path, dir } = await python(JSON.stringify(summary));
  const secrets = ['hush-hush', 'quiet "now"'].map(text => new Secret(text));
  const done = await rebuilder.rebuild(
    path,
    '/run/folder',
    { A: '1' },
    secrets
  );
  expect(done).toEqual(summary);
  const said = (name: string) => readFile(join(dir, name), 'utf8');
  expect(await said('argv')).toBe(
    '-m\njupyterlab_batch.runner\nrebuild\n--secrets\n/run/folder\n'
  );
  expect(await said('env')).not.toMatch(/hush|quiet/);
  expect(await said('env')).toContain('A=1');
  expect(JSON.parse(await said('stdin'))).toEqual(['hush-hush', 'quiet "now"']);
});

test('a run without a credential is looked through for none', async () => {
  const { path, dir } = await python(JSON.stringify(summary));
  await rebuilder.rebuild(path, '/run/folder', {}, []);
  expect(await readFile(join(dir, 'argv'), 'utf8')).not.toContain('secrets');
});

test.each([
  ['answers nothing', ''],
  ['answers something else', '{"outcome": 3}']
])(
  'a runner that %s gives a reason that says what to do',
  async (_, answer) => {
    const { path } = await python(answer);
    const done = await rebuilder.rebuild(path, '/f', {}, [new Secret('hush')]);
    expect(done).toMatchObject({ reason: 'internal' });
    expect(JSON.stringify(done)).toContain('rebuild FOLDER');
  }
);

test('a Python that is gone is no defect of ours', async () => {
  const done = await rebuilder.rebuild('/nowhere/python', '/f', {}, [
    new Secret('hush')
  ]);
  expect(done).toMatchObject({
    message: expect.stringContaining('/nowhere/python did not start') as string
  });
});
