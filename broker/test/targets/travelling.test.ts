import {
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { pack, unpack } from '../../src/targets/travelling.ts';

const PACKAGE = new URL('../../../jupyterlab_batch', import.meta.url).pathname;

let work = '';
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'jlb-travel-'));
  onTestFinished(() => rm(work, { recursive: true, force: true }));
});

async function lying(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true });
  return found.filter(name => /\.\w+$/.test(name)).toSorted();
}

describe('the travelling runner', () => {
  test('has what a job needs, and nothing that asks for more', async () => {
    const { files, digest } = await pack(PACKAGE);
    const names = [...files.keys()].toSorted();
    expect(names).toContain('jupyterlab_batch/job.py');
    expect(names).toContain('jupyterlab_batch/runner/__main__.py');
    expect(names).toContain('jupyterlab_batch/parameters/formats/tree.py');
    expect(names.every(name => name.endsWith('.py'))).toBe(true);
    expect(names.filter(n => /server|submission|cli|launcher/.test(n))).toEqual(
      []
    );
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect((await pack(PACKAGE)).digest).toBe(digest);
  });

  test('is unpacked once, for its owner alone', async () => {
    const packed = await pack(PACKAGE);
    const folders = await Promise.all(
      [1, 2, 3].map(() => unpack(packed, work))
    );
    expect(new Set(folders).size).toBe(1);
    const [folder] = folders;
    expect(await lying(folder)).toEqual([...packed.files.keys()].toSorted());
    const path = join(folder, 'jupyterlab_batch/job.py');
    const before = await stat(path);
    expect([before.mode & 0o777, (await stat(folder)).mode & 0o777]).toEqual([
      0o600, 0o700
    ]);
    await unpack(packed, work);
    expect((await stat(path)).ino).toBe(before.ino);
  });

  test('is made whole again where something is gone or other', async () => {
    const packed = await pack(PACKAGE);
    const folder = await unpack(packed, work);
    await rm(join(folder, 'jupyterlab_batch/runner'), { recursive: true });
    await writeFile(join(folder, 'jupyterlab_batch/job.py'), 'torn');
    expect(await unpack(packed, work)).toBe(folder);
    for (const [name, content] of packed.files) {
      expect(content.equals(await readFile(join(folder, name)))).toBe(true);
    }
    expect(await lying(folder)).toEqual([...packed.files.keys()].toSorted());
  });

  test('of another content lies beside it', async () => {
    const packed = await pack(PACKAGE);
    const copy = join(work, 'package');
    await unpack(packed, copy);
    const [own] = await readdir(join(copy, '.jupyterlab-batch'));
    const changed = join(copy, '.jupyterlab-batch', own, 'jupyterlab_batch');
    expect((await pack(changed)).digest).toBe(packed.digest);
    await writeFile(join(changed, 'job.py'), '# another version\n');
    const other = await pack(changed);
    expect(other.digest).not.toBe(packed.digest);
    expect(await unpack(other, work)).not.toBe(await unpack(packed, work));
  });
});
