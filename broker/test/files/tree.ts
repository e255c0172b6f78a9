import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { onTestFinished } from 'vitest';

export const RUN = '019ab0c1-2d3e-7f40-8a5b-6c7d8e9f0a1b';

/** A folder with these files in it (`name/` makes a folder), gone after the test. */
export async function tree(
  files: Readonly<Record<string, string>> = {},
  at = tmpdir()
): Promise<string> {
  const root = await mkdtemp(join(at, 'jlb-files-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) {
      await writeFile(path, text);
    }
  }
  return root;
}

/** A small disk of its own, to be filled. */
export async function tmpfs(size: string): Promise<string> {
  const at = await tree();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', at]));
  return at;
}
