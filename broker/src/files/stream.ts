import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { copyFile, open, unlink, type FileHandle } from 'node:fs/promises';

import { errno } from './errno.ts';
import { onDisk } from './names.ts';

/** Small enough that an abort is quick, large enough that hops do not count. */
const CHUNK = 1024 * 1024;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** The source of a copy is not what it was said to be. */
export class SourceChanged extends Error {}
/** The source of a copy cannot be read. */
export class SourceUnreadable extends Error {}

export interface IStreamed {
  readonly bytes: number;
  /** hex; null where it was not asked for */
  readonly sha256: string | null;
}

export interface IStreamOptions {
  readonly signal: AbortSignal;
  readonly digest?: boolean;
  /** asked before and after the bytes are read */
  fits?(stat: BigIntStats): boolean;
}

/**
 * Copies one regular file to a path that does not exist yet, with its time and
 * its owner's permission bits, and nothing of anybody else's. Follows no
 * symbolic link at either end. The time is set last: a copy whose size and time
 * are right is whole. On a failure nothing is left.
 *
 * @throws SourceChanged, SourceUnreadable, or the system's error of the target
 */
export async function copyOne(
  from: string,
  to: string,
  options: IStreamOptions
): Promise<IStreamed> {
  const source = await openSource(from);
  try {
    const before = await source.stat({ bigint: true });
    if (!before.isFile() || options.fits?.(before) === false) {
      throw new SourceChanged(from);
    }
    const made = await reflinked(source, to, options);
    try {
      const target = await open(
        onDisk(to),
        made ? O_RDWR | O_NOFOLLOW : O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
        0o600
      );
      try {
        const streamed = made
          ? { bytes: Number(before.size), sha256: null }
          : await pump(source, target, options);
        const after = await source.stat({ bigint: true });
        if (after.mtimeNs !== before.mtimeNs || after.size !== before.size) {
          throw new SourceChanged(from);
        }
        await target.chmod(copiedMode(Number(before.mode)));
        const time = Number(before.mtimeNs) / 1e9;
        await target.utimes(time, time);
        return streamed;
      } finally {
        await target.close();
      }
    } catch (error) {
      if (errno(error) !== 'EEXIST') {
        await unlink(onDisk(to)).catch(() => undefined);
      }
      throw error;
    }
  } finally {
    await source.close();
  }
}

/** The owner's bits alone, and always readable. */
export function copiedMode(mode: number): number {
  return (mode & 0o700) | 0o400;
}

async function openSource(path: string): Promise<FileHandle> {
  try {
    // O_NONBLOCK: a pipe put in its place must not hold us up.
    return await open(onDisk(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
      throw new SourceChanged(path);
    }
    throw new SourceUnreadable(path);
  }
}

/** Shares the blocks where the file system can; refused at once where not. */
async function reflinked(
  source: FileHandle,
  to: string,
  options: IStreamOptions
): Promise<boolean> {
  if (process.platform !== 'linux' || options.digest === true) {
    return false;
  }
  const flags = constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL;
  try {
    // The open file itself, not what may lie at its path by now.
    await copyFile(`/proc/self/fd/${source.fd}`, onDisk(to), flags);
    return true;
  } catch {
    return false;
  }
}

async function pump(
  source: FileHandle,
  target: FileHandle,
  options: IStreamOptions
): Promise<IStreamed> {
  const hash = options.digest === true ? createHash('sha256') : null;
  const buffer = Buffer.allocUnsafe(CHUNK);
  let bytes = 0;
  for (;;) {
    options.signal.throwIfAborted();
    const { bytesRead } = await source.read(buffer, 0, CHUNK, bytes);
    if (bytesRead === 0) {
      break;
    }
    hash?.update(buffer.subarray(0, bytesRead));
    for (let done = 0; done < bytesRead;) {
      const at = bytes + done;
      done += (await target.write(buffer, done, bytesRead - done, at))
        .bytesWritten;
    }
    bytes += bytesRead;
  }
  return { bytes, sha256: hash?.digest('hex') ?? null };
}
