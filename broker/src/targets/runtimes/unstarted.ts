import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { tooOld, type Python } from './interpreter.ts';
import type { IPlace } from './place.ts';

/** Bytes of a pyvenv.cfg; one has some hundred. */
const MOST_TEXT = 8_192;
const UNKNOWN = '?';

/**
 * What the files of an environment say of its Python. Nothing is started: a notebook
 * from elsewhere may name a folder that came with it.
 */
export async function readPython(
  { kind, path, python }: IPlace,
  instead: string
): Promise<Python> {
  const version =
    kind === 'conda' ? await ofConda(path) : await ofVirtualenv(path);
  const old = version === null ? null : tooOld(python, version, instead);
  return old === null
    ? { kind: 'ok', version: version ?? UNKNOWN }
    : { kind: 'wrong', message: old };
}

/** `version = 3.11.2`, and virtualenv's `version_info = 3.11.2.final.0` */
async function ofVirtualenv(path: string): Promise<string | null> {
  try {
    const file = await open(join(path, 'pyvenv.cfg'));
    try {
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(MOST_TEXT)
      });
      const text = buffer.toString('utf8', 0, bytesRead);
      const found = /^version(?:_info)? *= *(\d+\.\d+\.\d+)/m.exec(text);
      return found?.[1] ?? null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

/** `python-3.11.2-h2755cc3_0_cpython.json` */
async function ofConda(path: string): Promise<string | null> {
  const names = await readdir(join(path, 'conda-meta')).catch(() => []);
  for (const name of names) {
    const found = /^python-(\d+\.\d+\.\d+)-/.exec(name);
    if (found?.[1] !== undefined) {
      return found[1];
    }
  }
  return null;
}
