import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { confirmed } from '../../src/files/confirmed.ts';
import { LIMITS } from '../../src/files/entry.ts';
import { plan, type IPlanOptions } from '../../src/files/plan.ts';
import { tree } from './tree.ts';

/** Two files are shown without a question, four are seen, six are there. */
const options: IPlanOptions = {
  home: '/nowhere/home',
  limits: { ...LIMITS, files: 2 }
};
const SIX = { a: '1', b: '1', c: '1', d: '1', e: '1', f: '1' };

async function shown(files: Readonly<Record<string, string>> = SIX) {
  const root = await tree({ ...files, 'wave.ipynb': '{}' });
  const notebook = join(root, 'wave.ipynb');
  const request = { notebook, mode: 'snapshot' as const, names: ['a'] };
  return { root, planned: await plan(request, options) };
}

it('goes on where the showing stopped', async () => {
  const { planned } = await shown();
  expect(planned.plan.ask).toBe('too_many');
  expect(planned.entries).toHaveLength(4);
  const found = await confirmed(planned, options);
  expect(found.kind === 'same' && found.planned.entries).toHaveLength(6);
});

it('takes a plan that nobody had to confirm as it is', async () => {
  const { root, planned } = await shown({ a: '1' });
  await rm(join(root, 'a'));
  // the copy compares each file, and has what it needs for it
  expect(await confirmed(planned, options)).toEqual({ kind: 'same', planned });
});

it.each<[string, string, (root: string) => Promise<void>]>([
  ['changed', 'b', root => writeFile(join(root, 'b'), 'longer')],
  ['went', 'c', root => rm(join(root, 'c'))],
  ['came', 'aa', root => writeFile(join(root, 'aa'), '')],
  ['came', 'a0', root => mkdir(join(root, 'a0'))],
  [
    'became a folder',
    'd',
    async root => {
      await rm(join(root, 'd'));
      await mkdir(join(root, 'd'));
    }
  ]
])('refuses what %s meanwhile, and names it', async (_, path, change) => {
  const { root, planned } = await shown();
  await change(root);
  const found = await confirmed(planned, options);
  expect(found).toMatchObject({ kind: 'changed', path });
});

it('is not about the notebook, which Lab saves every two minutes', async () => {
  const { root, planned } = await shown();
  await writeFile(join(root, 'wave.ipynb'), '{"cells": []}');
  expect((await confirmed(planned, options)).kind).toBe('same');
});

it('refuses what it cannot take beyond the part that was shown', async () => {
  const { root, planned } = await shown();
  await symlink('/etc/passwd', join(root, 'z'));
  await expect(confirmed(planned, options)).rejects.toThrow(/leads out/);
});
