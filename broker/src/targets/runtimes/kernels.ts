import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { KernelSpec, RuntimeOffer } from '@jupyterlab-batch/protocol';

import type { ISurroundings } from './known.ts';

/** The kernels of an environment, those of the user and those of the system. */
export interface IKernels {
  readonly kernels: readonly KernelSpec[];
  readonly broken: RuntimeOffer['broken'];
  /** there are more than are listed */
  readonly more: boolean;
}

const MOST = 500;
/** Bytes of a kernel.json; one has some hundred. */
const MOST_TEXT = 65_536;
const MOST_WORDS = 100;
/** Read at once. */
const HANDS = 16;
/** Jupyter's own rule: anything else is no name of a kernel. */
const NAME = /^[a-z0-9._-]{1,100}$/;
const BARE_PYTHON = /^python(?:3(?:\.\d+)?)?$/;
/** Controls, and what turns the direction of what stands after it. */
const UNSHOWN = /[\p{Cc}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/** Where Jupyter of an environment looks, first what counts most. */
export function kernelFolders(
  prefix: string,
  { home, environment }: ISurroundings
): string[] {
  const own =
    environment['JUPYTER_DATA_DIR'] ?? join(home, '.local', 'share', 'jupyter');
  return [
    join(prefix, 'share', 'jupyter'),
    own,
    '/usr/local/share/jupyter',
    '/usr/share/jupyter'
  ].map(folder => join(folder, 'kernels'));
}

/**
 * Lists kernels by their files; nothing of them is run.
 *
 * @param prefix - of the environment: its own `python3` is always that of the list
 */
export async function kernelsOf(
  prefix: string,
  python: string,
  surroundings: ISurroundings
): Promise<IKernels> {
  const folders = kernelFolders(prefix, surroundings);
  const found = new Map<string, string>();
  for (const [n, folder] of folders.entries()) {
    for (const entry of await names(folder)) {
      const name = entry.toLowerCase();
      // another environment's python3 would be started without a word
      const foreign = n > 0 && name === 'python3';
      if (NAME.test(name) && !found.has(name) && !foreign) {
        found.set(name, join(folder, entry));
      }
    }
  }
  const all = [...found].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const kernels: KernelSpec[] = [];
  const broken: RuntimeOffer['broken'] = [];
  for (let at = 0; at < Math.min(all.length, MOST); at += HANDS) {
    const some = all.slice(at, Math.min(at + HANDS, MOST));
    for (const one of await Promise.all(
      some.map(([name, folder]) => kernelIn(name, folder, prefix, python))
    )) {
      if (one !== null && 'message' in one) {
        // ipykernel needs no file to be started
        if (one.name === 'python3') {
          continue;
        }
        broken.push(one);
      } else if (one !== null) {
        kernels.push(one);
      }
    }
  }
  if (!kernels.some(({ name }) => name === 'python3')) {
    kernels.push(native(python));
  }
  return { kernels, broken, more: all.length > MOST };
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** What ipykernel offers by itself, without a file. */
const native = (python: string): KernelSpec => ({
  name: 'python3',
  display_name: 'Python 3 (ipykernel)',
  language: 'python',
  argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
  env_names: [],
  resource_dir: null,
  interrupt_mode: 'signal'
});

type Broken = RuntimeOffer['broken'][number];

/** null: there is no kernel in this folder. */
async function kernelIn(
  name: string,
  folder: string,
  prefix: string,
  python: string
): Promise<KernelSpec | Broken | null> {
  const path = join(folder, 'kernel.json');
  const read = await textOf(path);
  if (read === null) {
    return null;
  }
  const broken = (why: string): Broken => ({
    name,
    message: `The kernel ${name} cannot be started: ${why}. Install it again, or choose another one.`
  });
  if ('why' in read) {
    return broken(`${path} cannot be read (${read.why})`);
  }
  let spec: unknown;
  try {
    spec = JSON.parse(read.text);
  } catch {
    return broken(`${path} is no JSON`);
  }
  if (!isObject(spec)) {
    return broken(`${path} is no object`);
  }
  const { argv, display_name, language, env, interrupt_mode } = spec;
  if (!isWords(argv)) {
    return broken(`${path} does not say what to start (argv)`);
  }
  const [program = '', ...rest] = argv.map(word =>
    word.replaceAll('{prefix}', prefix)
  );
  return {
    name,
    display_name: shown(display_name) || name,
    language: shown(language).toLowerCase(),
    // as Jupyter does: a bare python is the one of the environment
    argv: [BARE_PYTHON.test(program) ? python : program, ...rest],
    env_names: isObject(env) ? Object.keys(env).toSorted() : [],
    resource_dir: folder,
    interrupt_mode: interrupt_mode === 'message' ? 'message' : 'signal'
  };
}

async function textOf(
  path: string
): Promise<{ text: string } | { why: string } | null> {
  try {
    // a pipe of this name would be waited for
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const seen = await file.stat();
      if (!seen.isFile() || seen.size > MOST_TEXT) {
        return { why: seen.isFile() ? `${seen.size} bytes` : 'no file' };
      }
      return { text: await file.readFile('utf8') };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? null
      : { why: String(code) };
  }
}

const isObject = (found: unknown): found is Record<string, unknown> =>
  typeof found === 'object' && found !== null && !Array.isArray(found);

const isWords = (found: unknown): found is string[] =>
  Array.isArray(found) &&
  found.length > 0 &&
  found.length <= MOST_WORDS &&
  found.every(word => typeof word === 'string' && !word.includes('\0')) &&
  found[0] !== '';

/** A text of somebody's as people may see it. */
const shown = (found: unknown): string =>
  typeof found === 'string'
    ? found.replace(UNSHOWN, '').trim().slice(0, 200)
    : '';
