import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a job needs of the package: no compiled part, nothing of Jupyter. */
const TRAVELS = [
  '__init__.py',
  'job.py',
  '_generated',
  'parameters',
  'runner'
] as const;

/** The runner as it travels: its files, and the name that they give it. */
export interface IPack {
  /** hex; another content has another name */
  readonly digest: string;
  /** path below the folder → content */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Reads what travels from the package `jupyterlab_batch`. */
export async function pack(packageFolder: string): Promise<IPack> {
  const names = (
    await Promise.all(TRAVELS.map(name => below(packageFolder, name)))
  )
    .flat()
    .toSorted();
  const files = new Map<string, Buffer>();
  const hash = createHash('sha256');
  for (const name of names) {
    const content = await readFile(join(packageFolder, name));
    files.set(join('jupyterlab_batch', name), content);
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return { digest: hash.digest('hex').slice(0, 16), files };
}

/**
 * Makes sure that the runner lies whole below the work folder, and names its
 * folder. What is there already is compared: scratch file systems delete what
 * nobody has read for a month.
 */
export async function unpack(
  { digest, files }: IPack,
  work: string
): Promise<string> {
  const folder = join(work, '.jupyterlab-batch', `runner-${digest}`);
  for (const [name, content] of files) {
    const path = join(folder, name);
    if (!(await has(path, content))) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await put(path, content);
    }
  }
  return folder;
}

async function below(root: string, name: string): Promise<string[]> {
  if (name.endsWith('.py')) {
    return [name];
  }
  const entries = await readdir(join(root, name), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(entry =>
        entry.isDirectory()
          ? entry.name !== '__pycache__'
          : entry.name.endsWith('.py')
      )
      .map(async entry => {
        const path = join(name, entry.name);
        return entry.isDirectory() ? below(root, path) : [path];
      })
  );
  return found.flat();
}

async function has(path: string, content: Buffer): Promise<boolean> {
  try {
    return content.equals(await readFile(path));
  } catch {
    return false;
  }
}

/** Whole or not at all, also where two brokers unpack at once. */
async function put(path: string, content: Buffer): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
