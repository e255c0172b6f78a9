import { readlink, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';

import type { Runtime } from '@jupyterlab-batch/protocol';

/** An environment where it lies. */
export interface IPlace {
  readonly kind: Runtime['kind'];
  /** absolute; a link stays one, since an environment knows itself by its path */
  readonly path: string;
  readonly python: string;
}

export type Located =
  | { readonly kind: 'found'; readonly place: IPlace }
  | { readonly kind: 'wrong'; readonly message: string };

/** What only an environment of a kind has. */
const MARKS: Readonly<Record<Runtime['kind'], string>> = {
  virtualenv: 'pyvenv.cfg',
  conda: 'conda-meta'
};
const KINDS = ['virtualenv', 'conda'] as const;
const WORDS: Readonly<Record<Runtime['kind'], string>> = {
  virtualenv: 'a virtual environment',
  conda: 'a conda environment'
};
/** PATH and PYTHONPATH cannot hold a colon, and no line of a log the others. */
const UNUSABLE = /[:\p{Cc}]/u;

/**
 * Finds an environment, and the Python in it; nothing is run.
 *
 * @param known - by which a conda environment is called by its name
 */
export async function locate(
  { kind, path: given }: Runtime,
  known: () => Promise<readonly Runtime[]>
): Promise<Located> {
  if (given.trim() === '') {
    return wrong(
      `Name the folder of ${WORDS[kind]}${kind === 'conda' ? ', or its name' : ''}.`
    );
  }
  let path = given;
  if (kind === 'conda' && !given.includes('/')) {
    const named = (await known()).filter(
      one => one.kind === 'conda' && basename(one.path) === given
    );
    const [only] = named;
    if (only === undefined || named.length > 1) {
      return wrong(unnamed(given, named, await known()));
    }
    path = only.path;
  }
  if (!isAbsolute(path)) {
    return wrong(
      `${printable(path)} is no absolute path. Begin it with / or ~/.`
    );
  }
  path = normalize(path).replace(/(?<=.)\/+$/, '');
  if (UNUSABLE.test(path)) {
    return wrong(
      `${printable(path)} cannot be used: its path has a colon or a control character, which PATH cannot hold. Make the environment in another folder.`
    );
  }
  if (!(await isThere(path))) {
    return wrong(`There is no ${path}. ${await advice(path)}`);
  }
  if (!(await isOf(kind, path))) {
    const [other] = await kindsOf(path);
    return wrong(
      other === undefined
        ? `${path} is not ${WORDS[kind]}: it has no ${MARKS[kind]}. ${await advice(path)}`
        : `${path} is ${WORDS[other]}, not ${WORDS[kind]}. Choose ${other}.`
    );
  }
  const python = join(path, 'bin', 'python');
  return (await isThere(python))
    ? { kind: 'found', place: { kind, path, python } }
    : wrong(await noPython(kind, path, python));
}

const wrong = (message: string): Located => ({ kind: 'wrong', message });

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false
  );

/** Whether a folder has what only an environment of a kind has. */
export const isOf = (kind: Runtime['kind'], path: string): Promise<boolean> =>
  isThere(join(path, MARKS[kind]));

async function kindsOf(path: string): Promise<Runtime['kind'][]> {
  const are = await Promise.all(KINDS.map(kind => isOf(kind, path)));
  return KINDS.filter((_, n) => are[n]);
}

const printable = (path: string): string => JSON.stringify(path).slice(1, -1);

function unnamed(
  given: string,
  named: readonly Runtime[],
  known: readonly Runtime[]
): string {
  const name = printable(given);
  if (named.length > 1) {
    const paths = named.map(({ path }) => path).join(', ');
    return `Several conda environments are called ${name}: ${paths}. Give the folder of one.`;
  }
  const names = known.flatMap(one =>
    one.kind === 'conda' ? [basename(one.path)] : []
  );
  const has =
    names.length > 0
      ? `Known are ${names.slice(0, 12).join(', ')}.`
      : 'None is known (~/.conda/environments.txt).';
  return `No conda environment is called ${name}. ${has} Give its folder.`;
}

/** Who gives the program or a folder inside it means the environment. */
async function advice(path: string): Promise<string> {
  for (
    let above = dirname(path);
    above !== dirname(above);
    above = dirname(above)
  ) {
    if ((await kindsOf(above)).length > 0) {
      return `Do you mean ${above}?`;
    }
  }
  return 'Give the folder of the environment, as this machine and the nodes see it.';
}

async function noPython(
  kind: Runtime['kind'],
  path: string,
  python: string
): Promise<string> {
  const lost = await readlink(python).catch(() => null);
  if (lost !== null) {
    return `The Python of ${path} is gone: ${python} leads to ${lost}. Make the environment anew.`;
  }
  return kind === 'conda'
    ? `${path} has no Python. Install it there: conda install --prefix ${path} python ipykernel`
    : `${path} has no Python (bin/python). Make the environment anew.`;
}
