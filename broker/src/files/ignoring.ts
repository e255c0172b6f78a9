import { readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import ignore, { type Ignore } from 'ignore';

import { onDisk } from './names.ts';

export const IGNORE_FILE = '.jupyterlab-batch-ignore';

interface ILevel {
  /** relative to the root, '' for it */
  readonly folder: string;
  readonly rules: Ignore;
}

/** The ignore files on the way from the root to a folder, as git reads its own. */
export class Ignoring {
  readonly #levels: readonly ILevel[];

  constructor(levels: readonly ILevel[] = []) {
    this.#levels = levels;
  }

  /** With the ignore file of one more folder, which `names` lists. */
  async into(
    root: string,
    folder: string,
    names: readonly string[]
  ): Promise<Ignoring> {
    if (!names.includes(IGNORE_FILE)) {
      return this;
    }
    const path = onDisk(join(root, folder, IGNORE_FILE));
    if (!(await stat(path)).isFile()) {
      return this; // to read a pipe would be to wait for ever
    }
    const rules = ignore({ ignorecase: false, allowRelativePaths: true });
    rules.add(await readFile(path, 'utf8'));
    return new Ignoring([...this.#levels, { folder, rules }]);
  }

  /** Deeper files overrule; within one, the last pattern that fits decides. */
  covers(path: string, isFolder: boolean): boolean {
    let covered = false;
    for (const { folder, rules } of this.#levels) {
      const own = relative(folder, path) + (isFolder ? '/' : '');
      const { ignored, unignored } = rules.test(own);
      covered = (covered && !unignored) || ignored;
    }
    return covered;
  }
}
