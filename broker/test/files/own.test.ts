import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { plan } from '../../src/files/plan.ts';
import { tree } from './tree.ts';

it('the files of the broker stay out, however they are called and reached', async () => {
  const root = await tree({
    '.git/': '',
    'a.csv': '',
    'state/broker.db': '',
    'state/runs/x': '',
    'elsewhere/x': ''
  });
  await symlink(join(root, 'state'), `${root}-link`);
  onTestFinished(() => rm(`${root}-link`));
  const own = [
    `${root}-link`,
    join(root, 'not-made-yet'),
    '/nowhere/at/all',
    dirname(root)
  ];
  const look = () =>
    plan(
      { notebook: join(root, 'n.ipynb'), mode: 'snapshot', names: [] },
      { home: '/nowhere/home', own }
    );
  const done = await look();
  expect(done.entries.map(({ path }) => path)).toEqual([
    'a.csv',
    'elsewhere',
    'elsewhere/x'
  ]);
  expect(done.plan.left_out).toContainEqual({
    path: 'state',
    reason: 'files of the broker, and of its runs'
  });
  await mkdir(join(root, 'not-made-yet/2'), { recursive: true });
  const later = await look();
  expect(later.plan.id).toBe(done.plan.id);
});
