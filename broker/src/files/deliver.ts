import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm
} from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';

import { BatchError, problem } from '@jupyterlab-batch/protocol';

import { errno, FULL, why } from './errno.ts';
import { RECORD } from './marker.ts';
import { decodeName, onDisk } from './names.ts';
import { expectedOutputs, type IExpected, type IProduced } from './outputs.ts';
import { copyOne, SourceChanged, SourceUnreadable } from './stream.ts';

export interface IDelivery {
  readonly run: string;
  /** the executed notebook in the run folder */
  readonly executed: string;
  /** its file name in the delivery: the source's */
  readonly name: string;
  /** absolute folder for `<stem>-runs/`; null: somebody else delivers */
  readonly into: string | null;
  readonly produced: IProduced;
  /** what ran, with what, where; `run_id` is added */
  readonly record: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

export interface IDelivered {
  /** null: nothing was delivered, everything is in the run folder */
  readonly folder: string | null;
  readonly notebook: string | null;
  /** of the notebook, hex */
  readonly sha256: string | null;
  /** relative to `folder` */
  readonly outputs: readonly string[];
  readonly missing: IExpected['missing'];
  /** why nothing was delivered though it should have been */
  readonly refused: {
    code: 'disk_full' | 'delivery_failed';
    message: string;
  } | null;
}

/**
 * Brings the executed notebook and the declared outputs beside the source: all of
 * it in one rename, or nothing. Nothing there is ever overwritten, and the same
 * run delivered twice is delivered once.
 */
export async function deliver(delivery: IDelivery): Promise<IDelivered> {
  const { produced } = delivery;
  const expected = await expectedOutputs(produced);
  const kept: IDelivered = {
    folder: null,
    notebook: null,
    sha256: null,
    outputs: [],
    missing: expected.missing,
    refused: null
  };
  if (delivery.into === null) {
    return kept;
  }
  const names = placeOutputs(delivery, expected);
  try {
    const runs = await runsFolder(delivery.into, delivery.name);
    const { folder, sha256 } =
      (await delivered(runs, delivery)) ?? (await bring(runs, delivery, names));
    const there = await present(folder, names);
    const lacking = [...names.keys()].filter(path => !there.has(path));
    return {
      ...kept,
      folder,
      notebook: join(folder, delivery.name),
      sha256,
      outputs: [...there.values()],
      missing: [
        ...expected.missing,
        ...lacking.map(path => ({ glob: path, why: 'it cannot be read' }))
      ]
    };
  } catch (error) {
    delivery.signal.throwIfAborted();
    return { ...kept, refused: refusal(delivery.into, error) };
  }
}

/**
 * Writes the record of a delivery anew; where the delivery is gone, or is not this
 * run's any more, nothing happens.
 *
 * @throws BatchError `work_unwritable`, `disk_full`: the earlier record is whole
 */
export async function amendRecord(
  folder: string,
  run: string,
  record: Readonly<Record<string, unknown>>
): Promise<void> {
  const marker = await readMarker(folder);
  if (marker?.run !== run) {
    return;
  }
  // One name, so that what a crash leaves is cleared away by the next try.
  const part = join(folder, `.${RECORD}.part`);
  try {
    await rm(onDisk(part), { force: true });
    await writeDurably(part, recordText(record, run, marker.sha256));
    await rename(onDisk(part), onDisk(join(folder, RECORD)));
  } catch (error) {
    await rm(onDisk(part), { force: true }).catch(() => undefined);
    throw new BatchError(
      problem(
        FULL.has(errno(error)) ? 'disk_full' : 'work_unwritable',
        `The record in ${folder} could not be completed: ${why(error)}. The one in the run folder is complete.`
      )
    );
  }
}

function recordText(
  record: Readonly<Record<string, unknown>>,
  run: string,
  sha256: string | null
): string {
  const marked = { ...record, run_id: run, notebook_sha256: sha256 };
  return JSON.stringify(marked, null, 2);
}

interface IBrought {
  readonly folder: string;
  readonly sha256: string;
}

/** The name that an output below `root` has in a delivery, and the one if that is taken. */
export function deliveredAs(cwd: string, path: string): [string, string] {
  return [relative(cwd, path).replace(/^(\.\.\/)+/, ''), join('files', path)];
}

/** What each output is called in the delivery, by its path below `root`. */
function placeOutputs(
  delivery: IDelivery,
  expected: IExpected
): Map<string, string> {
  const taken = new Set([RECORD, delivery.name]);
  const names = new Map<string, string>();
  for (const { path } of expected.outputs) {
    const [near, apart] = deliveredAs(delivery.produced.cwd, path);
    const name = taken.has(near) ? apart : near;
    taken.add(name);
    names.set(path, name);
  }
  return names;
}

async function runsFolder(into: string, name: string): Promise<string> {
  const runs = join(into, `${basename(name, extname(name))}-runs`);
  await mkdir(onDisk(runs), { mode: 0o755 }).catch((error: unknown) => {
    if (errno(error) !== 'EEXIST') {
      throw error;
    }
  });
  return runs;
}

/** What a delivery of this run before a crash made, whatever its day was called. */
async function delivered(
  runs: string,
  delivery: IDelivery
): Promise<IBrought | null> {
  const ends = [`-${shortId(delivery.run)}`, `-${delivery.run}`];
  for (const name of await readdir(onDisk(runs))) {
    if (name.startsWith('.') || !ends.some(end => name.endsWith(end))) {
      continue;
    }
    const folder = join(runs, name);
    const marker = await readMarker(folder);
    if (marker?.run === delivery.run) {
      return { folder, sha256: marker.sha256 };
    }
  }
  return null;
}

async function readMarker(
  folder: string
): Promise<{ run: string; sha256: string } | null> {
  try {
    const path = onDisk(join(folder, RECORD));
    const record: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (
      typeof record === 'object' &&
      record !== null &&
      'run_id' in record &&
      'notebook_sha256' in record
    ) {
      return {
        run: String(record.run_id),
        sha256: String(record.notebook_sha256)
      };
    }
  } catch {
    // not one of ours
  }
  return null;
}

async function bring(
  runs: string,
  delivery: IDelivery,
  names: ReadonlyMap<string, string>
): Promise<IBrought> {
  const { produced, run, signal } = delivery;
  const day = localDay(produced.startedAt);
  const part = join(runs, `.${day}-${run}.part`);
  await rm(onDisk(part), { recursive: true, force: true });
  await mkdir(onDisk(part), { mode: 0o700 });
  try {
    const { sha256 } = await copyOne(
      delivery.executed,
      join(part, delivery.name),
      { signal, digest: true }
    );
    for (const [path, name] of names) {
      const to = join(part, name);
      await mkdir(onDisk(dirname(to)), { recursive: true, mode: 0o700 });
      await bringOutput(join(produced.root, path), to, signal);
    }
    await writeDurably(
      join(part, RECORD),
      recordText(delivery.record, run, sha256)
    );
    const folder = await claimName(runs, part, [
      `${day}-${shortId(run)}`,
      `${day}-${run}`
    ]);
    return { folder, sha256: sha256 ?? '' };
  } catch (error) {
    await rm(onDisk(part), { recursive: true, force: true });
    throw error;
  }
}

/** One output that cannot be read must not keep the notebook back. */
async function bringOutput(
  from: string,
  to: string,
  signal: AbortSignal
): Promise<void> {
  try {
    await copyOne(await followed(from), to, { signal });
  } catch (error) {
    const itself =
      error instanceof SourceUnreadable || error instanceof SourceChanged;
    if (!itself) {
      throw error;
    }
  }
}

/** The outputs that are in the delivery, by their path below `root`. */
async function present(
  folder: string,
  names: ReadonlyMap<string, string>
): Promise<Map<string, string>> {
  const there = new Map<string, string>();
  for (const [path, name] of names) {
    if (await lstat(onDisk(join(folder, name))).catch(() => null)) {
      there.set(path, name);
    }
  }
  return there;
}

/** An output may be a link inside the tree (`latest.png`): its end is delivered. */
async function followed(path: string): Promise<string> {
  return decodeName(await realpath(onDisk(path), { encoding: 'buffer' }));
}

/** rename(2) takes the place of nothing or of an empty folder, never of more. */
async function claimName(
  runs: string,
  part: string,
  names: readonly string[]
): Promise<string> {
  let last: unknown;
  for (const name of names) {
    try {
      await rename(onDisk(part), onDisk(join(runs, name)));
      return join(runs, name);
    } catch (error) {
      if (!TAKEN.has(errno(error))) {
        throw error;
      }
      last = error;
    }
  }
  throw last;
}

const TAKEN: ReadonlySet<string | null> = new Set([
  'EEXIST',
  'ENOTEMPTY',
  'ENOTDIR'
]);

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(onDisk(path), 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The last eight hex digits: the first ones of a UUIDv7 change once a minute. */
function shortId(run: string): string {
  return run.slice(-8);
}

/** The user's day, as the file browser's clock shows it. */
function localDay(ms: number): string {
  const at = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function refusal(into: string, error: unknown): IDelivered['refused'] {
  if (FULL.has(errno(error))) {
    const message =
      `No space is left in ${into}. The result is kept in the run folder: ` +
      'make room and bring it with `jupyter batch fetch`.';
    return { code: 'disk_full', message };
  }
  if (error instanceof SourceChanged || error instanceof SourceUnreadable) {
    const message = 'The executed notebook is not in the run folder any more.';
    return { code: 'delivery_failed', message };
  }
  const message =
    `The result could not be put into ${into}: ${why(error)}. ` +
    'It is kept in the run folder: `jupyter batch fetch` brings it.';
  return { code: 'delivery_failed', message };
}
