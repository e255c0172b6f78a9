import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, sep } from 'node:path';

/**
 * Why this file may not hold a secret, and what to do; null: it may. Only its
 * inode is looked at, never its content.
 */
export function secretFileProblem(path: string): string | null {
  let stat: Stats;
  try {
    if (lstatSync(path).isSymbolicLink()) {
      const folder = realpathSync(dirname(path)) + sep;
      if (!realpathSync(path).startsWith(folder)) {
        return `${path} is a symbolic link that leads elsewhere; name the file itself.`;
      }
    }
    stat = statSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT'
      ? `there is no file ${path}; write the secret there and run: chmod 600 ${path}`
      : `${path} cannot be read (${String(code)}); make it a file of yours and run: chmod 600 ${path}`;
  }
  if (!stat.isFile()) {
    return `${path} is not a file.`;
  }
  if (stat.uid !== process.getuid?.()) {
    return `${path} belongs to another user; copy it to a file of yours and run: chmod 600 on it.`;
  }
  if (![0o400, 0o600].includes(stat.mode & 0o7777)) {
    const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
    return `${path} has mode ${mode}, but a secret is for your eyes only; run: chmod 600 ${path}`;
  }
  return null;
}
