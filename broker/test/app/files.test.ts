import { chmod, chown, lstat, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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

const RUN = '01937c1e-0000-7000-8000-00000000c0de';

it('says which expected outputs were delivered, and which still lie in the run', async () => {
  const folder = await tree({ 'output.ipynb': '{}', 'job.json': '{}' });
  for (const name of ['here.npy', 'locked.npy', 'more.txt']) {
    await mkdir(join(folder, 'files/nb'), { recursive: true });
    await writeFile(join(folder, 'files/nb', name), name);
  }
  const request = {
    run: RUN,
    runFolder: folder,
    root: join(folder, 'files'),
    cwd: 'nb',
    name: 'wave.ipynb',
    into: null,
    inPlace: false,
    outputs: [{ glob: '*.npy', min_bytes: 0 }],
    startedAt: 0
  } as unknown as Parameters<ReturnType<typeof filesRoom>['made']>[0];
  const { files } = await filesRoom([]).made(request, {
    notebook: '/p/wave-runs/x/wave.ipynb',
    folder: '/p/wave-runs/x',
    sha256: null,
    outputs: ['here.npy'],
    missing: ['locked.npy (it cannot be read)'],
    problem: null
  });
  expect(
    Object.fromEntries(files.map(file => [file.path, file.delivered]))
  ).toEqual({
    'nb/here.npy': true,
    'nb/locked.npy': false,
    'nb/more.txt': false
  });
});

it('says it when the folder of a run cannot be deleted, and leaves others alone', async () => {
  const work = await tree();
  const folder = join(work, 'p/u', RUN);
  await mkdir(join(folder, 'files'), { recursive: true });
  await writeFile(join(folder, 'job.json'), '{}');
  const others = join(work, 'p/u/mine');
  await mkdir(others);
  await writeFile(join(others, 'thesis.tex'), '');
  const room = filesRoom([]);
  expect(await room.removeRunFolder(others)).toBeNull();
  expect(await lstat(join(others, 'thesis.tex'))).toBeTruthy();

  // The folder above is not ours to change.
  if (process.geteuid?.() === 0) {
    for (const path of [
      folder,
      join(folder, 'files'),
      join(folder, 'job.json')
    ]) {
      await chown(path, 65534, 65534);
    }
    for (let path = join(work, 'p/u'); path.startsWith(work);) {
      await chmod(path, 0o755);
      path = dirname(path);
    }
    process.seteuid?.(65534);
    onTestFinished(() => process.seteuid?.(0));
  } else {
    await chmod(join(work, 'p/u'), 0o500);
    onTestFinished(() => chmod(join(work, 'p/u'), 0o700));
  }
  const said = await room.removeRunFolder(folder);
  expect(said).toContain(folder);
  expect(await lstat(folder)).toBeTruthy();
});
