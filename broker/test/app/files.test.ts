import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it, onTestFinished, vi } from 'vitest';

import { filesRoom } from '../../src/app/files.ts';
import { tree } from '../files/tree.ts';

it('ends a run as files_changed whose confirmed files are not what was shown', async () => {
  const root = await tree({ '.git/': '', 'a.csv': '1', 'state/key': '1' });
  vi.stubEnv('HOME', root);
  onTestFinished(() => void vi.unstubAllEnvs());
  const room = filesRoom([join(root, 'state')]);
  const notebook = join(root, 'wave.ipynb');
  const planned = await room.plan({ notebook, mode: 'snapshot', names: [] });
  expect(planned.plan).toMatchObject({ ask: 'root_is_home', files: 1 });

  await writeFile(join(root, 'state/key'), 'not of the project');
  expect(await room.confirmed(planned)).toEqual(planned);

  await writeFile(join(root, 'a.csv'), '22');
  expect(await room.confirmed(planned)).toEqual({
    reason: 'files_changed',
    message: expect.stringContaining('a.csv changed') as string
  });
});
