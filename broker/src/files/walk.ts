import type { BigIntStats } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';

import type { ILeftOut, IPlanEntry } from './entry.ts';
import { errno } from './errno.ts';
import { IGNORE_FILE, Ignoring } from './ignoring.ts';
import { inLanes } from './lanes.ts';
import { linkTarget } from './links.ts';
import { decodeName, onDisk } from './names.ts';
import { earlierRuns, isRunFolder } from './marker.ts';
import { Wanted } from './wanted.ts';

const LANES = 8;
/** Never of use to a run, whatever is in them. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['.git', 'version control'],
  ['.ipynb_checkpoints', 'checkpoints'],
  ['node_modules', 'installed packages'],
  ['__pycache__', 'compiled Python'],
  ['.venv', 'an environment']
]);

export interface IWalk {
  /** folders before what is in them, names in order: the same tree, the same list */
  readonly entries: IPlanEntry[];
  readonly leftOut: ILeftOut[];
  readonly unreadable: string[];
  readonly leaving: string[];
  /** there are more entries than a plan for showing sees */
  readonly over: boolean;
}

export interface IWalkOptions {
  /** files larger than this become links */
  readonly copied: number;
  /** a plan for showing sees so many entries */
  readonly shown: number;
  /** walk on beyond them */
  readonly whole: boolean;
  /** relative paths that do not belong to it, with the reason */
  readonly without: ReadonlyMap<string, string>;
  /** relative paths that belong to it although they would be left out */
  readonly within?: ReadonlySet<string>;
}

/** Lists a project tree in a fixed order: all of it, or what is shown of it. */
export async function walk(
  root: string,
  options: IWalkOptions
): Promise<IWalk> {
  const walker = new Walker(root, await realpath(onDisk(root)), options);
  await walker.enter('', new Ignoring());
  return walker;
}

class Walker implements IWalk {
  readonly entries: IPlanEntry[] = [];
  readonly leftOut: ILeftOut[] = [];
  readonly unreadable: string[] = [];
  readonly leaving: string[] = [];
  over = false;
  readonly #root: string;
  readonly #real: string;
  readonly #options: IWalkOptions;
  readonly #wanted: Wanted;

  constructor(root: string, real: string, options: IWalkOptions) {
    this.#root = root;
    this.#real = real;
    this.#options = options;
    this.#wanted = new Wanted(options.within ?? new Set());
  }

  async enter(folder: string, above: Ignoring): Promise<void> {
    const names = await this.#list(folder);
    if (names === null) {
      return;
    }
    if (folder !== '') {
      const reason = await this.#foreign(folder, names);
      if (reason !== null && this.#wanted.leadsTo(folder)) {
        this.#wanted.narrow(folder);
      } else if (reason !== null) {
        this.entries.pop(); // the folder itself, put there on its discovery
        this.leftOut.push({ path: folder, reason });
        return;
      }
    }
    const ignoring = await above
      .into(this.#root, folder, names)
      .catch(() => null);
    if (ignoring === null) {
      this.unreadable.push(join(folder, IGNORE_FILE));
      return;
    }
    const found = new Map<string, IPlanEntry>();
    await inLanes(names, LANES, async name => {
      const path = folder === '' ? name : `${folder}/${name}`;
      const entry = await this.#look(path, name, ignoring);
      if (entry !== null) {
        found.set(name, entry);
      }
    });
    for (const name of names) {
      const entry = found.get(name);
      if (entry === undefined) {
        continue;
      }
      this.over ||= this.entries.length >= this.#options.shown;
      if (this.#stopped) {
        return;
      }
      this.entries.push(entry);
      if (entry.kind === 'folder') {
        await this.enter(entry.path, ignoring);
        if (this.#stopped) {
          return;
        }
      }
    }
  }

  get #stopped(): boolean {
    return this.over && !this.#options.whole;
  }

  async #list(folder: string): Promise<string[] | null> {
    try {
      const path = onDisk(join(this.#root, folder));
      const names = await readdir(path, { encoding: 'buffer' });
      return names.map(decodeName).sort();
    } catch (error) {
      if (errno(error) !== 'ENOENT') {
        this.unreadable.push(folder === '' ? '.' : folder);
      }
      return null;
    }
  }

  async #foreign(
    folder: string,
    names: readonly string[]
  ): Promise<string | null> {
    if (names.includes('pyvenv.cfg') || names.includes('conda-meta')) {
      return 'an environment';
    }
    const path = join(this.#root, folder);
    return isRunFolder(folder, names) || (await earlierRuns(path, names))
      ? 'earlier runs'
      : null;
  }

  async #look(
    path: string,
    name: string,
    ignoring: Ignoring
  ): Promise<IPlanEntry | null> {
    if (this.#wanted.isBeside(path)) {
      return null;
    }
    const full = join(this.#root, path);
    const stat = await lstat(onDisk(full), { bigint: true }).catch(() => null);
    if (stat === null) {
      return null; // gone since it was listed
    }
    const reason = this.#reason(path, name, stat, ignoring);
    const barred = this.#options.without.has(path) || !isPlain(stat);
    if (reason !== null && !barred && this.#wanted.leadsTo(path)) {
      if (stat.isDirectory()) {
        this.#wanted.narrow(path);
      }
    } else if (reason !== null) {
      this.leftOut.push({ path, reason });
      return null;
    }
    const entry: IPlanEntry = {
      path,
      kind: 'file',
      size: Number(stat.size),
      mtime: String(stat.mtimeNs),
      mode: Number(stat.mode & 0o777n),
      target: null
    };
    if (stat.isDirectory()) {
      return { ...entry, kind: 'folder', size: 0, mtime: '0' };
    }
    if (stat.isSymbolicLink()) {
      const target = await linkTarget(this.#root, this.#real, path);
      if (target === null) {
        this.leaving.push(path);
        return null;
      }
      return { ...entry, kind: 'link', size: 0, mtime: '0', target };
    }
    if (!(await readable(full, stat))) {
      this.unreadable.push(path);
      return null;
    }
    return entry.size > this.#options.copied
      ? { ...entry, kind: 'linked', target: full }
      : entry;
  }

  #reason(
    path: string,
    name: string,
    stat: BigIntStats,
    ignoring: Ignoring
  ): string | null {
    const given = this.#options.without.get(path) ?? NAMED.get(name);
    if (given !== undefined) {
      return given;
    }
    if (ignoring.covers(path, stat.isDirectory())) {
      return 'named by an ignore file';
    }
    if (isPlain(stat)) {
      return null;
    }
    return stat.isSocket() ? 'a socket' : stat.isFIFO() ? 'a pipe' : 'a device';
  }
}

function isPlain(stat: BigIntStats): boolean {
  return stat.isFile() || stat.isDirectory() || stat.isSymbolicLink();
}

/** Own files by their mode; for others only opening them tells (ACLs, groups). */
async function readable(path: string, stat: BigIntStats): Promise<boolean> {
  const uid = process.geteuid?.();
  if (uid === 0 || (stat.uid === BigInt(uid ?? -1) && stat.mode & 0o400n)) {
    return true;
  }
  try {
    const flags =
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
    await (await open(onDisk(path), flags)).close();
    return true;
  } catch (error) {
    return errno(error) === 'ENOENT';
  }
}
