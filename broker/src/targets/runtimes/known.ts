import { open, readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

import type { Runtime } from '@jupyterlab-batch/protocol';

import { isOf } from './place.ts';

/** More nobody chooses from; a path can be typed. */
const MOST = 100;
/** Bytes of conda's own list. */
const MOST_TEXT = 65_536;
/** Folders above the notebook that are looked at. */
const LEVELS = 4;
/** What people call one in a project. */
const NAMES = ['.venv', 'venv', 'env'];

export interface ISurroundings {
  readonly home: string;
  /** the broker's own */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Environments that a user may mean: those beside the notebook and above it, those
 * of virtualenvwrapper, and those that conda has written down.
 *
 * @param near - absolute folder of the notebook; null: it has none
 */
export async function knownRuntimes(
  { home, environment }: ISurroundings,
  near: string | null
): Promise<Runtime[]> {
  const shelf = environment['WORKON_HOME'] ?? join(home, '.virtualenvs');
  const [shelved, listed, named] = await Promise.all([
    below(shelf),
    condaList(join(home, '.conda', 'environments.txt')),
    below(join(home, '.conda', 'envs'))
  ]);
  const candidates: Runtime[] = [
    ...upwards(near).flatMap(folder =>
      NAMES.map(name => venv(join(folder, name)))
    ),
    ...shelved.map(venv),
    ...[
      ...new Set([...listed, ...named].map(path => path.replace(/\/+$/, '')))
    ].map((path): Runtime => ({ kind: 'conda', path }))
  ].slice(0, MOST);
  const there = await Promise.all(
    candidates.map(({ kind, path }) => isOf(kind, path))
  );
  return candidates.filter((_, n) => there[n]);
}

const venv = (path: string): Runtime => ({ kind: 'virtualenv', path });

function upwards(near: string | null): string[] {
  const folders: string[] = [];
  for (
    let at = near;
    at !== null && isAbsolute(at) && folders.length < LEVELS;
    at = dirname(at) === at ? null : dirname(at)
  ) {
    folders.push(at);
  }
  return folders;
}

async function below(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.toSorted().map(name => join(folder, name));
  } catch {
    return [];
  }
}

async function condaList(path: string): Promise<string[]> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(MOST_TEXT)
      });
      return buffer
        .toString('utf8', 0, bytesRead)
        .split('\n')
        .filter(line => isAbsolute(line));
    } finally {
      await file.close();
    }
  } catch {
    return [];
  }
}
