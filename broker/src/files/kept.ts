import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import type { FileEntry } from '@jupyterlab-batch/protocol';

import { RECORD } from './marker.ts';
import { onDisk } from './names.ts';

/** The executed notebook in a run folder. */
export const EXECUTED = 'output.ipynb';

/**
 * What a run that was not delivered keeps in its folder: the executed notebook
 * and its record, as far as they are there.
 *
 * @returns null: the folder is gone
 */
export async function keptResult(folder: string): Promise<FileEntry[] | null> {
  const look = (path: string) => lstat(onDisk(path)).catch(() => null);
  if ((await look(folder))?.isDirectory() !== true) {
    return null;
  }
  const kept: FileEntry[] = [];
  for (const path of [EXECUTED, RECORD]) {
    const stat = await look(join(folder, path));
    if (stat?.isFile() === true) {
      kept.push({ path, size: stat.size, delivered: false, declared: true });
    }
  }
  return kept;
}
