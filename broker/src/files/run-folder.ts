import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { BatchError, problem } from '@jupyterlab-batch/protocol';

import { errno, FULL, why } from './errno.ts';
import { RUN_ID, RUN_MARKERS } from './marker.ts';
import type { IPlanned } from './plan.ts';
import { onDisk } from './names.ts';
import { slug, within } from './root.ts';

const PART = /^\.(plan|job)\.json\.[0-9a-f]{8}\.part$/;

/**
 * Makes `<work>/<project>/<user>/<run id>`, 0700. Asked again for the same run it
 * gives the same folder.
 *
 * @param project a name; it is slugged, like the user's
 * @throws BatchError `work_unwritable`, `disk_full`
 */
export async function createRunFolder(
  work: string,
  project: string,
  user: string,
  run: string
): Promise<string> {
  if (!RUN_ID.test(run)) {
    throw new TypeError(`not a run id: ${run}`);
  }
  const parent = join(resolve(work), slug(project), slug(user));
  const folder = join(parent, run);
  try {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    await mkdir(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    if (errno(error) === 'EEXIST' && (await isOurs(folder))) {
      return folder;
    }
    throw unwritable(work, error);
  }
}

/** Whether runs can be put below `work`; makes it if missing. */
export async function checkWork(work: string): Promise<void> {
  const probe = join(work, `.probe-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(work, { recursive: true, mode: 0o700 });
    await mkdir(probe, { mode: 0o700 });
    await rmdir(probe);
  } catch (error) {
    throw unwritable(work, error);
  }
}

/** Something else lies where the folder of a run was: it is left alone. */
export class NotARunFolder extends BatchError {}

/**
 * Deletes a run's folder and what is in it; nothing that a link leads to.
 *
 * @returns false when it was gone already
 * @throws NotARunFolder when it does not look like a run's folder below `work`
 * @throws BatchError `work_unwritable` when it cannot be deleted
 */
export async function removeRunFolder(
  work: string,
  folder: string
): Promise<boolean> {
  const real = await realpath(work).catch(() => resolve(work));
  const path = join(
    await realpath(dirname(folder)).catch(() => resolve(dirname(folder))),
    basename(folder)
  );
  const names = await readdir(path).catch((error: unknown) =>
    errno(error) === 'ENOENT' ? null : []
  );
  if (names === null) {
    return false;
  }
  const marked = names.some(
    name => RUN_MARKERS.includes(name) || PART.test(name)
  );
  if (
    !RUN_ID.test(basename(path)) ||
    !within(real, path) ||
    !(await isOurs(path)) ||
    !(marked || names.length === 0)
  ) {
    throw new NotARunFolder(
      problem(
        'work_unwritable',
        `${folder} does not look like the folder of a run and was left alone. ` +
          'Delete it by hand if it is not needed.'
      )
    );
  }
  try {
    const contents = names.filter(name => !RUN_MARKERS.includes(name));
    for (const name of [...contents, ...RUN_MARKERS]) {
      await removeTree(join(path, name));
    }
    await rmdir(path);
  } catch (error) {
    throw new BatchError(
      problem('work_unwritable', `${folder} cannot be deleted: ${why(error)}.`)
    );
  }
  return true;
}

/** What was planned for a run, as it lies beside it; null: it cannot be read. */
export async function loadPlan(folder: string): Promise<IPlanned | null> {
  try {
    // Written by the broker, into a folder that is the user's alone.
    const text = await readFile(join(folder, 'plan.json'), 'utf8');
    return JSON.parse(text) as IPlanned;
  } catch {
    return null;
  }
}

/** Writes a file of the run folder: whole or not at all, 0600. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const mark = randomBytes(4).toString('hex');
  const part = join(dirname(path), `.${basename(path)}.${mark}.part`);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  try {
    const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    const file = await open(part, flags, 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw unwritable(dirname(path), error);
  }
}

async function isOurs(folder: string): Promise<boolean> {
  const stat = await lstat(folder).catch(() => null);
  return (
    stat !== null && stat.isDirectory() && stat.uid === process.geteuid?.()
  );
}

async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (errno(error) !== 'EACCES' && errno(error) !== 'ENOTEMPTY') {
      throw error;
    }
    await openUp(path); // a job may have made folders read-only
    await rm(path, { recursive: true, force: true });
  }
}

async function openUp(path: string): Promise<void> {
  const stat = await lstat(onDisk(path)).catch(() => null);
  if (stat?.isDirectory() !== true) {
    return;
  }
  await chmod(onDisk(path), 0o700);
  for (const name of await readdir(path)) {
    await openUp(join(path, name));
  }
}

function unwritable(work: string, error: unknown): BatchError {
  return FULL.has(errno(error))
    ? new BatchError(
        problem(
          'disk_full',
          `No space is left in ${work}. Make room there, or set another work folder for the target.`
        )
      )
    : new BatchError(
        problem(
          'work_unwritable',
          `The work folder ${work} cannot be used: ${why(error)}. ` +
            'Make it writable, or set `work` of the target to a folder of yours.'
        )
      );
}
