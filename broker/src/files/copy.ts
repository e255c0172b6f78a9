import type { BigIntStats } from 'node:fs';
import {
  lstat,
  mkdir,
  readlink,
  realpath,
  symlink,
  unlink
} from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import type { IPlanEntry } from './entry.ts';
import { errno, FULL, why } from './errno.ts';
import { inLanes } from './lanes.ts';
import { linkTarget } from './links.ts';
import { onDisk, printable } from './names.ts';
import {
  copiedMode,
  copyOne,
  SourceChanged,
  SourceUnreadable
} from './stream.ts';

/**
 * Few: libuv has four threads, and submits want one while a copy goes on. On two
 * cores two writers in the kernel would leave none for the event loop.
 */
const LANES = availableParallelism() > 2 ? 2 : 1;
/** `utimes` takes seconds as a double: good to a microsecond. */
const TIME_SLACK = 2_000n;

/** What became of a copy; `message` is for the user of the run. */
export type CopyResult =
  | { readonly kind: 'done'; readonly files: number; readonly bytes: number }
  | { readonly kind: 'aborted' }
  | {
      readonly kind: 'changed' | 'unreadable' | 'disk_full' | 'unwritable';
      readonly path: string;
      readonly message: string;
    };

export interface ICopyOptions {
  readonly signal: AbortSignal;
  /** called before each file: the place to look at a copy half done */
  hook?(path: string): Promise<void> | void;
}

/**
 * Puts the planned files of `root` into `into`, which is ours alone. May be
 * asked again after a crash: what is there and right is kept.
 */
export async function copy(
  entries: readonly IPlanEntry[],
  root: string,
  into: string,
  options: ICopyOptions
): Promise<CopyResult> {
  let at = '.';
  let bytes = 0;
  const files = entries.filter(entry => entry.kind !== 'folder');
  try {
    await makeFolder(into);
    for (const entry of entries) {
      if (entry.kind === 'folder') {
        options.signal.throwIfAborted();
        at = entry.path;
        await makeFolder(join(into, entry.path));
      }
    }
    await inLanes(files, LANES, async entry => {
      options.signal.throwIfAborted();
      await options.hook?.(entry.path);
      try {
        const added = await place(entry, root, into, options.signal);
        bytes += added; // only now: lanes add to it in turn
      } catch (error) {
        at = entry.path;
        throw error;
      }
    });
    return { kind: 'done', files: files.length, bytes };
  } catch (error) {
    return options.signal.aborted
      ? { kind: 'aborted' }
      : failure(error, printable(at));
  }
}

async function place(
  entry: IPlanEntry,
  root: string,
  into: string,
  signal: AbortSignal
): Promise<number> {
  const from = join(root, entry.path);
  const to = join(into, entry.path);
  if (entry.kind === 'link') {
    const real = await realpath(onDisk(root));
    if ((await linkTarget(root, real, entry.path)) !== entry.target) {
      throw new SourceChanged(from);
    }
    await placeLink(entry.target ?? '', to);
    return 0;
  }
  const fits = (stat: BigIntStats): boolean =>
    Number(stat.size) === entry.size && String(stat.mtimeNs) === entry.mtime;
  if (entry.kind === 'linked') {
    const stat = await lstat(onDisk(from), { bigint: true }).catch(() => null);
    if (stat === null || !stat.isFile() || !fits(stat)) {
      throw new SourceChanged(from);
    }
    await placeLink(entry.target ?? from, to);
    return 0;
  }
  const there = await lstat(onDisk(to), { bigint: true }).catch(() => null);
  if (there !== null) {
    if (isCopyOf(entry, there)) {
      return entry.size;
    }
    await unlink(onDisk(to)); // what a crash left half done
  }
  return (await copyOne(from, to, { signal, fits })).bytes;
}

function isCopyOf(entry: IPlanEntry, there: BigIntStats): boolean {
  const apart = there.mtimeNs - BigInt(entry.mtime);
  return (
    there.isFile() &&
    Number(there.size) === entry.size &&
    apart < TIME_SLACK &&
    apart > -TIME_SLACK &&
    Number(there.mode & 0o777n) === copiedMode(entry.mode)
  );
}

async function placeLink(target: string, to: string): Promise<void> {
  try {
    await symlink(onDisk(target), onDisk(to));
  } catch (error) {
    if (errno(error) !== 'EEXIST') {
      throw error;
    }
    const there = await readlink(onDisk(to)).catch(() => null);
    if (there !== target) {
      await unlink(onDisk(to));
      await symlink(onDisk(target), onDisk(to));
    }
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(onDisk(path), { mode: 0o700 });
  } catch (error) {
    // A link to a folder is not a folder of ours.
    const there = await lstat(onDisk(path)).catch(() => null);
    if (errno(error) !== 'EEXIST' || there?.isDirectory() !== true) {
      throw error;
    }
  }
}

function failure(error: unknown, path: string): CopyResult {
  if (error instanceof SourceChanged) {
    const message = `${path} changed after the run was submitted. Submit it again.`;
    return { kind: 'changed', path, message };
  }
  if (error instanceof SourceUnreadable) {
    const message = `${path} cannot be read. Make it readable and submit again.`;
    return { kind: 'unreadable', path, message };
  }
  if (FULL.has(errno(error))) {
    const message =
      `No space was left for the copy of ${path}. ` +
      'Make room in the work folder or use the files mode in-place.';
    return { kind: 'disk_full', path, message };
  }
  const message = `The copy of ${path} cannot be written: ${why(error)}.`;
  return { kind: 'unwritable', path, message };
}
