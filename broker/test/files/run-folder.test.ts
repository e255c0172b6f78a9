import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  symlink,
  writeFile
} from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { plan } from '../../src/files/plan.ts';
import {
  checkWork,
  createRunFolder,
  loadPlan,
  removeRunFolder,
  writeWhole
} from '../../src/files/run-folder.ts';
import { RUN, tmpfs, tree } from './tree.ts';

describe('the folder of a run', () => {
  it('is made with its parents, ours alone, and once', async () => {
    const work = join(await tree(), 'not/yet');
    const folder = await createRunFolder(work, 'My Project!', 'ann', RUN);
    expect(folder).toBe(join(work, 'My-Project/ann', RUN));
    expect((await lstat(folder)).mode & 0o777).toBe(0o700);
    expect(await createRunFolder(work, 'My Project!', 'ann', RUN)).toBe(folder);
  });

  it('cannot be led elsewhere by names', async () => {
    const work = await tree();
    const folder = await createRunFolder(work, '../..', '../../root', RUN);
    expect(folder).toBe(join(work, 'project/root', RUN));
    await expect(createRunFolder(work, 'p', 'u', '../x')).rejects.toThrow();
  });

  it('is not taken over from a link', async () => {
    const work = await tree({ 'p/u/': '' });
    await symlink(await tree(), join(work, 'p/u', RUN));
    await expect(createRunFolder(work, 'p', 'u', RUN)).rejects.toMatchObject({
      code: 'work_unwritable'
    });
  });

  it('a work folder that cannot be written to: what to do', async () => {
    const work = await tree();
    await chmod(work, 0o755);
    asNobody();
    for (const attempt of [
      createRunFolder(work, 'p', 'u', RUN),
      checkWork(work)
    ]) {
      await expect(attempt).rejects.toMatchObject({
        code: 'work_unwritable',
        message: expect.stringMatching(/permission denied.*`work`/) as string
      });
    }
  });

  it('a work folder that is a file', async () => {
    const base = await tree({ file: '' });
    await expect(
      createRunFolder(join(base, 'file'), 'p', 'u', RUN)
    ).rejects.toMatchObject({ code: 'work_unwritable' });
  });

  it('files of it are whole or not there, also on a full disk', async () => {
    const disk = await tmpfs('64k');
    const path = join(disk, 'job.json');
    await writeWhole(path, 'first');
    await expect(writeWhole(path, 'x'.repeat(200_000))).rejects.toMatchObject({
      code: 'disk_full'
    });
    expect(await readFile(path, 'utf8')).toBe('first');
    expect(await readdir(disk)).toEqual(['job.json']);
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
  });

  it('gives back the plan that lies in it', async () => {
    const root = await tree({ a: 'a' });
    const request = { mode: 'snapshot' as const, names: [] };
    const planned = await plan(
      { ...request, notebook: join(root, 'n.ipynb') },
      { home: '/nowhere' }
    );
    const folder = await createRunFolder(await tree(), 'p', 'u', RUN);
    expect(await loadPlan(folder)).toBeNull();
    await writeWhole(join(folder, 'plan.json'), JSON.stringify(planned));
    expect(await loadPlan(folder)).toEqual(planned);
  });
});

describe('deleting it', () => {
  it('takes all that is in it and nothing that links lead to', async () => {
    const outside = await tree({ precious: 'x' });
    const work = await tree();
    const folder = await createRunFolder(work, 'p', 'u', RUN);
    await writeWhole(join(folder, 'job.json'), '{}');
    await mkdir(join(folder, 'files/locked'), { recursive: true });
    await writeFile(join(folder, 'files/locked/a'), '');
    await chmod(join(folder, 'files/locked'), 0o500);
    await symlink(outside, join(folder, 'files/link'));
    expect(await removeRunFolder(work, folder)).toBe(true);
    expect(await readdir(join(work, 'p/u'))).toEqual([]);
    expect(await readdir(outside)).toEqual(['precious']);
    expect(await removeRunFolder(work, folder)).toBe(false);
  });

  it('works for one that a crash left empty or half written', async () => {
    const work = await tree();
    const folder = await createRunFolder(work, 'p', 'u', RUN);
    expect(await removeRunFolder(work, folder)).toBe(true);
    await createRunFolder(work, 'p', 'u', RUN);
    await writeFile(join(folder, '.plan.json.0a1b2c3d.part'), '{');
    expect(await removeRunFolder(work, folder)).toBe(true);
  });

  it('opens read-only folders that a job left', async () => {
    const work = await tree();
    await chmod(work, 0o777);
    asNobody();
    const folder = await createRunFolder(work, 'p', 'u', RUN);
    await writeWhole(join(folder, 'job.json'), '{}');
    await mkdir(join(folder, 'files/locked'), { recursive: true });
    await writeFile(join(folder, 'files/locked/a'), '');
    await chmod(join(folder, 'files/locked'), 0o500);
    expect(await removeRunFolder(work, folder)).toBe(true);
  });

  it.each<[string, (work: string) => Promise<string>]>([
    ['the work folder itself', async work => work],
    [
      'a folder without a marker',
      async work => {
        const folder = join(work, 'p/u', RUN);
        await mkdir(join(folder, 'thesis'), { recursive: true });
        return folder;
      }
    ],
    [
      'one that has no run id',
      async work => {
        await mkdir(join(work, 'p/u/mine'), { recursive: true });
        await writeFile(join(work, 'p/u/mine/job.json'), '');
        return join(work, 'p/u/mine');
      }
    ],
    [
      'one outside of the work folder',
      async () => {
        const other = await tree();
        const folder = await createRunFolder(other, 'p', 'u', RUN);
        await writeFile(join(folder, 'job.json'), '');
        return folder;
      }
    ],
    [
      'a link to a folder of a run',
      async work => {
        const real = await createRunFolder(await tree(), 'p', 'u', RUN);
        await writeFile(join(real, 'job.json'), '');
        await mkdir(join(work, 'p/u'), { recursive: true });
        await symlink(real, join(work, 'p/u', RUN));
        return join(work, 'p/u', RUN);
      }
    ]
  ])('is refused for %s', async (_, make) => {
    const work = await tree();
    const folder = await make(work);
    await expect(removeRunFolder(work, folder)).rejects.toMatchObject({
      code: 'work_unwritable'
    });
    expect(await lstat(folder)).toBeTruthy();
  });
});

function asNobody(): void {
  if (process.geteuid?.() === 0) {
    process.seteuid?.(65534);
    onTestFinished(() => process.seteuid?.(0));
  }
}
