import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, relative } from 'node:path';

import type { FileEntry, OutputRule } from '@jupyterlab-batch/protocol';
import picomatch from 'picomatch';

import type { IPlanEntry } from './entry.ts';
import { errno } from './errno.ts';
import { earlierRuns } from './marker.ts';
import { decodeName, onDisk, printable } from './names.ts';
import { within } from './root.ts';

/** A time stamp comes from the kernel's coarse clock, or from a file server's. */
const CLOCK_SLACK_MS = 1000;
/** More than a detail view can show; also the end of a walk in a real folder. */
const LISTED = 1000;
const WALKED = 200_000;

export interface IProduced {
  /** absolute: the run's `files/`, or the project root of a run in place */
  readonly root: string;
  /** relative to `root` */
  readonly cwd: string;
  readonly rules: readonly OutputRule[];
  /** ms since the epoch: when the attempt got its permit */
  readonly startedAt: number;
  /** what was copied in; a file that still equals its entry is not new */
  readonly entries: readonly IPlanEntry[];
}

export interface IOutput {
  /** relative to `root` */
  readonly path: string;
  readonly bytes: number;
}

export interface IExpected {
  readonly outputs: readonly IOutput[];
  /** rules that nothing fits, with the reason */
  readonly missing: readonly { glob: string; why: string }[];
}

/** Exit 0 is not success: looks for what the run should have written. */
export async function expectedOutputs(run: IProduced): Promise<IExpected> {
  const outputs = new Map<string, IOutput>();
  const missing: { glob: string; why: string }[] = [];
  const before = new Map(run.entries.map(entry => [entry.path, entry]));
  for (const rule of run.rules) {
    const found = await candidates(run, rule.glob);
    const whole = found.filter(file => file.stat.size >= rule.min_bytes);
    const fresh = whole.filter(file => isNew(run, before, file));
    for (const { path, stat: is } of fresh) {
      outputs.set(path, { path, bytes: is.size });
    }
    if (fresh.length === 0) {
      const reason =
        found.length === 0
          ? 'there is no such file'
          : whole.length === 0
            ? `smaller than ${rule.min_bytes} bytes`
            : 'not written by this run: older than its start';
      missing.push({ glob: rule.glob, why: reason });
    }
  }
  return { outputs: [...outputs.values()], missing };
}

/** New and changed files below `files/`; not for a run in place. */
export async function changedFiles(
  run: IProduced,
  declared: readonly IOutput[]
): Promise<FileEntry[]> {
  const before = new Map(run.entries.map(entry => [entry.path, entry]));
  const named = new Set(declared.map(output => output.path));
  const files: FileEntry[] = [];
  for await (const path of tree(run.root, '')) {
    const is = await lstat(onDisk(join(run.root, path))).catch(() => null);
    if (is?.isFile() !== true || unchanged(before.get(path), is)) {
      continue;
    }
    files.push({
      path: printable(path),
      size: is.size,
      delivered: false,
      declared: named.has(path)
    });
    if (files.length === LISTED) {
      break;
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface IFound {
  readonly path: string;
  readonly stat: Stats;
}

async function candidates(run: IProduced, glob: string): Promise<IFound[]> {
  const scanned = picomatch.scan(glob);
  const from = normalize(join(run.cwd, scanned.base));
  if (isAbsolute(glob) || from === '..' || from.startsWith('../')) {
    return [];
  }
  const real = await realpath(onDisk(run.root), { encoding: 'buffer' }).then(
    decodeName,
    () => run.root
  );
  const fits = picomatch(scanned.glob === '' ? '**' : scanned.glob, {
    dot: true
  });
  const base = from === '.' ? '' : from;
  const found: IFound[] = [];
  for await (const path of scanned.isGlob ? tree(run.root, base) : [base]) {
    if (scanned.isGlob && !fits(relative(base, path))) {
      continue;
    }
    const file = await inside(real, join(run.root, path));
    if (file !== null) {
      found.push({ path, stat: file });
    }
  }
  return found;
}

/** A regular file, also through a link that stays inside. */
async function inside(real: string, path: string): Promise<Stats | null> {
  try {
    const end = await realpath(onDisk(path), { encoding: 'buffer' });
    const is = await stat(end);
    return is.isFile() && within(real, decodeName(end)) ? is : null;
  } catch {
    return null;
  }
}

function isNew(
  run: IProduced,
  before: ReadonlyMap<string, IPlanEntry>,
  file: IFound
): boolean {
  return (
    file.stat.mtimeMs >= run.startedAt - CLOCK_SLACK_MS &&
    !unchanged(before.get(file.path), file.stat)
  );
}

function unchanged(entry: IPlanEntry | undefined, is: Stats): boolean {
  return (
    entry !== undefined &&
    entry.size === is.size &&
    Math.abs(Number(BigInt(entry.mtime) / 1000n) / 1000 - is.mtimeMs) < 0.01
  );
}

/** Every file below a folder, no links followed, environments and old runs left out. */
async function* tree(root: string, from: string): AsyncGenerator<string> {
  const folders = [from];
  let walked = 0;
  for (
    let folder = folders.pop();
    folder !== undefined;
    folder = folders.pop()
  ) {
    const path = onDisk(join(root, folder));
    const found = await readdir(path, {
      withFileTypes: true,
      encoding: 'buffer'
    }).catch((error: unknown) => {
      if (errno(error) === null) {
        throw error;
      }
      return [];
    });
    const names = found.map(entry => decodeName(entry.name));
    if (
      names.includes('pyvenv.cfg') ||
      names.includes('conda-meta') ||
      (await earlierRuns(join(root, folder), names))
    ) {
      continue;
    }
    for (const [at, entry] of found.entries()) {
      const name = names[at] ?? '';
      const child = folder === '' ? name : `${folder}/${name}`;
      if (!entry.isDirectory()) {
        yield child;
      } else if (!SKIPPED.has(name)) {
        folders.push(child);
      }
      if (++walked > WALKED) {
        return;
      }
    }
  }
}

const SKIPPED: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  '__pycache__',
  '.ipynb_checkpoints'
]);
