import { readlink, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

import { decodeName, onDisk } from './names.ts';
import { within } from './root.ts';

/**
 * Where a symbolic link of the tree leads, relative to its own folder, so that
 * its copy leads to the copy.
 *
 * @param real the root without symbolic links in it
 * @returns null when it leads out of the tree, as written or in the end
 */
export async function linkTarget(
  root: string,
  real: string,
  path: string
): Promise<string | null> {
  const at = join(root, path);
  const written = decodeName(
    await readlink(onDisk(at), { encoding: 'buffer' })
  );
  const inside = below(root, real, resolve(dirname(at), written));
  if (inside === null) {
    return null;
  }
  const end = await realpath(onDisk(at), { encoding: 'buffer' }).then(
    decodeName,
    () => null // leads nowhere yet: the words of the link have to do
  );
  if (end !== null && end !== real && !within(real, end)) {
    return null;
  }
  return relative(dirname(at), join(root, inside)) || '.';
}

/** The path relative to the root, '' for the root itself; null: outside. */
function below(root: string, real: string, path: string): string | null {
  for (const base of [root, real]) {
    if (path === base || within(base, path)) {
      return relative(base, path);
    }
  }
  return null;
}
