import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { decodeName, onDisk } from './names.ts';

/** What marks a project; the chain looks for the same in Python. */
const MARKS: readonly string[] = [
  '.git',
  ...['toml', 'yaml', 'yml', 'json'].map(kind => `jupyterlab-batch.${kind}`)
];

/**
 * The project a notebook belongs to: the nearest folder, upwards, that holds
 * `.git` or a `jupyterlab-batch` file; else the notebook's own folder.
 *
 * @param folder the notebook's folder, absolute
 */
export async function projectRoot(folder: string): Promise<string> {
  const own = resolve(folder);
  for (let at = own; ; at = dirname(at)) {
    const marked = await Promise.all(MARKS.map(mark => exists(join(at, mark))));
    if (marked.includes(true)) {
      return at;
    }
    if (dirname(at) === at) {
      return own;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(onDisk(path)).then(
    () => true,
    () => false
  );
}

/** Whether a snapshot of `root` would take `$HOME` along. */
export async function holdsHome(root: string, home: string): Promise<boolean> {
  const outer = await realPlace(root);
  const inner = await realPlace(home);
  return inner === outer || within(outer, inner);
}

/** Whether `path` lies below `folder`; both absolute and normalized. */
export function within(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** The project's name as one safe component of a path. */
export function projectSlug(root: string | null): string {
  return slug(root === null ? '' : basename(root));
}

/** Letters, digits, `.`, `_` and `-`; never empty, hidden, `..` or long. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 64)
    .replace(/[-.]+$/, '');
  return plain === '' ? 'project' : plain;
}

/** Where a path really leads, or would once what is missing of it is made. */
export async function realPlace(path: string): Promise<string> {
  try {
    return decodeName(await realpath(onDisk(path), { encoding: 'buffer' }));
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realPlace(above), basename(path));
  }
}
