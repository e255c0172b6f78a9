import { open } from 'node:fs/promises';

import { Secret } from '../secrets/secret.ts';

const MAX_BYTES = 64 * 1024;

/** The file of a secret cannot be used; the message names it and the remedy. */
export class SecretFileError extends Error {}

/**
 * Reads a registration token or a client secret: a file of the user or of
 * root that nobody else may read. Blank space around it is not part of it.
 *
 * @throws SecretFileError
 */
export async function readSecretFile(path: string): Promise<Secret> {
  let file;
  try {
    file = await open(path, 'r');
  } catch {
    throw new SecretFileError(
      `the secret file ${path} cannot be read; make it a file of your own with mode 0400`
    );
  }
  try {
    const stat = await file.stat();
    const own = stat.uid === process.getuid?.() || stat.uid === 0;
    if (!stat.isFile() || !own || (stat.mode & 0o077) !== 0) {
      throw new SecretFileError(
        `the secret file ${path} can be read by others; make it a file of your own with mode 0400`
      );
    }
    const text =
      stat.size > MAX_BYTES ? '' : (await file.readFile('utf8')).trim();
    if (text === '') {
      throw new SecretFileError(`the secret file ${path} holds no secret`);
    }
    return new Secret(text);
  } finally {
    await file.close();
  }
}
