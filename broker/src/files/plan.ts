import { createHash } from 'node:crypto';
import { lstat, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative } from 'node:path';

import {
  BatchError,
  problem,
  type ErrorCode,
  type FilesPlan,
  type PlanRequest
} from '@jupyterlab-batch/protocol';

import {
  LIMITS,
  type ILeftOut,
  type ILimits,
  type IPlanEntry
} from './entry.ts';
import { errno } from './errno.ts';
import { IGNORE_FILE } from './ignoring.ts';
import { breathe } from './lanes.ts';
import { onDisk, printable } from './names.ts';
import { holdsHome, projectRoot, realPlace, within } from './root.ts';
import { walk, type IWalk } from './walk.ts';

/** A dialog shows no more; the rest is counted. */
const SHOWN = 100;

export interface IPlanned {
  readonly plan: FilesPlan;
  readonly entries: readonly IPlanEntry[];
  /** the notebook it was made for, to walk again */
  readonly notebook: string | null;
}

export interface IPlanOptions {
  readonly home: string;
  readonly limits?: ILimits;
  /** files and folders of the broker itself, absolute: never part of a project */
  readonly own?: readonly string[];
  /**
   * Walk on where a plan for showing stops (far above the limits): for a tree
   * that a person has confirmed. The id stays the same.
   */
  readonly whole?: boolean;
}

/**
 * Says what goes with a run, without touching anything.
 *
 * @throws BatchError `files_unreadable`, `symlink_leaves_tree`, naming them;
 *   `not_found` when the notebook's folder is gone
 */
export async function plan(
  request: PlanRequest,
  options: IPlanOptions
): Promise<IPlanned> {
  if (request.mode === 'none' || request.notebook === null) {
    return empty(request);
  }
  const folder = dirname(request.notebook);
  await refuseMissing(folder);
  const root = await projectRoot(folder);
  const place = { root, cwd: relative(root, folder) || '.' };
  return request.mode === 'in-place'
    ? inPlace(request, folder, place)
    : snapshot(request, request.notebook, place, options);
}

/** A run is repeated long after its project was moved away. */
async function refuseMissing(folder: string): Promise<void> {
  const is = await stat(onDisk(folder)).catch((error: unknown) => {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') {
      return null;
    }
    throw error;
  });
  if (is?.isDirectory() !== true) {
    throw new BatchError(
      problem(
        'not_found',
        `The project folder ${printable(folder)} is not there any more. ` +
          'Put it back, run the notebook from where it is now, or run without ' +
          'the files of the project (--files none).'
      )
    );
  }
}

interface IPlace {
  readonly root: string;
  readonly cwd: string;
}

function empty(request: PlanRequest): IPlanned {
  const plan = blank(request, { root: null, cwd: '.' });
  return {
    plan: { ...plan, missing: request.names },
    entries: [],
    notebook: request.notebook
  };
}

async function inPlace(
  request: PlanRequest,
  folder: string,
  place: IPlace
): Promise<IPlanned> {
  const missing: string[] = [];
  for (const name of request.names) {
    const path = onDisk(isAbsolute(name) ? name : join(folder, name));
    if ((await lstat(path).catch(() => null)) === null) {
      missing.push(name);
    }
  }
  return {
    plan: { ...blank(request, place), missing },
    entries: [],
    notebook: request.notebook
  };
}

async function snapshot(
  request: PlanRequest,
  notebook: string,
  place: IPlace,
  options: IPlanOptions
): Promise<IPlanned> {
  const limits = options.limits ?? LIMITS;
  const excluded = below(request.exclude);
  const included = below(request.include);
  const isHome = await holdsHome(place.root, options.home);
  // A home folder is asked about anyway: what is in it need not be known.
  const shown = isHome ? limits.files : 2 * limits.files;
  const tree = await walk(place.root, {
    copied: limits.copied,
    shown,
    whole: options.whole === true,
    without: new Map([
      ...(await ownPaths(place.root, options.own ?? [])),
      ...excluded.map(path => [path, 'left out for this run'] as const),
      [
        // Lab saves it every two minutes: in the plan it would change the plan.
        relative(place.root, notebook),
        'the notebook itself: it goes as prepared'
      ]
    ]),
    within: new Set(included)
  });
  refuse(tree);
  const { entries, over } = tree;
  const complete = options.whole === true || !over;
  const files = entries.filter(entry => entry.kind !== 'folder');
  const copied = files.filter(entry => entry.kind === 'file');
  const linked = files.filter(entry => entry.kind === 'linked');
  const gone = missing(request.names, place.cwd, entries);
  const bytes = copied.reduce((sum, entry) => sum + entry.size, 0);
  return {
    plan: {
      ...blank(request, place),
      id: await digest(request, place, entries, shown, over),
      files: files.length,
      bytes,
      largest: copied
        .toSorted((a, b) => b.size - a.size)
        .slice(0, 10)
        .map(row),
      linked: linked.map(row),
      left_out: leftOut(tree, complete ? null : shown),
      missing: gone,
      excluded,
      included,
      addable: await addable(gone, place),
      ask: isHome
        ? 'root_is_home'
        : files.length > limits.files || !complete
          ? 'too_many'
          : bytes > limits.bytes
            ? 'too_large'
            : null
    },
    entries,
    notebook
  };
}

/** Where the broker's own lie in the project, whatever they are called. */
async function ownPaths(
  root: string,
  own: readonly string[]
): Promise<[string, string][]> {
  const real = await realPlace(root);
  const places = await Promise.all(own.map(realPlace));
  return places
    .filter(path => within(real, path))
    .map(path => [
      relative(real, path),
      'files of the broker, and of its runs'
    ]);
}

function blank(
  request: PlanRequest,
  place: { root: string | null; cwd: string }
): FilesPlan {
  const mode = place.root === null ? 'none' : request.mode;
  return {
    id: sha256([mode, place.root, place.cwd]),
    mode,
    ...place,
    files: 0,
    bytes: 0,
    largest: [],
    linked: [],
    left_out: [],
    missing: [],
    excluded: [],
    included: [],
    addable: [],
    ask: null
  };
}

function row(entry: IPlanEntry): { path: string; bytes: number } {
  return { path: printable(entry.path), bytes: entry.size };
}

function leftOut(tree: IWalk, stoppedAt: number | null): ILeftOut[] {
  const sorted = tree.leftOut
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, reason }) => ({ path: printable(path), reason }));
  const rows = sorted.slice(0, SHOWN);
  if (sorted.length > SHOWN) {
    const reason = `and ${sorted.length - SHOWN} more that are left out`;
    rows.push({ path: '…', reason });
  }
  if (stoppedAt !== null) {
    const reason = `more than ${stoppedAt} files and folders: counting stopped here`;
    rows.unshift({ path: '…', reason });
  }
  return rows;
}

/** What the notebook names and the plan has not; absolute paths are not its matter. */
function missing(
  names: readonly string[],
  cwd: string,
  entries: readonly IPlanEntry[]
): string[] {
  const known = new Set(entries.map(entry => entry.path));
  return names.filter(name => {
    const path = join(cwd, name).replace(/\/$/, '');
    return !isAbsolute(name) && path !== '.' && !known.has(path);
  });
}

/** Relative paths that stay below the root, without doubles. */
function below(paths: readonly string[] = []): string[] {
  const plain = paths
    .map(path => normalize(path).replace(/\/$/, ''))
    .filter(
      path => path !== '.' && !isAbsolute(path) && !/^\.\.(\/|$)/.test(path)
    );
  return [...new Set(plain)].sort();
}

/** What is there in the project, and goes along once the user says so. */
async function addable(
  names: readonly string[],
  place: IPlace
): Promise<string[]> {
  const found: string[] = [];
  for (const path of below(names.map(name => join(place.cwd, name)))) {
    const stat = await lstat(onDisk(join(place.root, path))).catch(() => null);
    if (stat?.isFile() || stat?.isDirectory()) {
      found.push(path);
    }
  }
  return found;
}

function refuse(tree: IWalk): void {
  if (tree.unreadable.length > 0) {
    throw refusal(
      'files_unreadable',
      tree.unreadable,
      'may not be read',
      `Make it readable, name it in ${IGNORE_FILE}, or use the files mode in-place.`
    );
  }
  if (tree.leaving.length > 0) {
    throw refusal(
      'symlink_leaves_tree',
      tree.leaving,
      'leads out of the project',
      `Replace it by a copy, name it in ${IGNORE_FILE}, or use the files mode in-place.`
    );
  }
}

function refusal(
  code: ErrorCode,
  paths: readonly string[],
  what: string,
  remedy: string
): BatchError {
  const named = paths.map(printable).sort();
  const more = named.length > 1 ? ` (and ${named.length - 1} more)` : '';
  return new BatchError(
    problem(code, `${named[0] ?? ''}${more} ${what}. ${remedy}`, {
      errors: named.slice(0, 20).map(path => ({
        code,
        detail: `${path} ${what}`,
        pointer: null,
        parameter: null,
        origin: path
      }))
    })
  );
}

/**
 * The same files, the same id. Only what a plan for showing sees is in it, so
 * that the whole walk after a confirmation gives the id that was confirmed.
 */
async function digest(
  request: PlanRequest,
  place: IPlace,
  entries: readonly IPlanEntry[],
  shown: number,
  over: boolean
): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([request.mode, place.root, place.cwd, over]));
  for (const [at, entry] of entries.slice(0, shown).entries()) {
    const { path, kind, size, mtime, mode, target } = entry;
    hash.update(JSON.stringify([path, kind, size, mtime, mode, target]));
    if (at % 1000 === 999) {
      await breathe();
    }
  }
  return hash.digest('hex');
}

function sha256(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex');
}
