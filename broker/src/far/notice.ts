import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a file is written that jobs wait for. */
export interface IPosting {
  /** writes a line for operators */
  readonly log: (message: string, error: unknown) => void;
  /** ms between two tries */
  readonly againMs: number;
  /** nobody is here any more */
  readonly signal: AbortSignal;
}

/** Writes JSON, 0600, whole or not at all. */
export async function write(path: string, content: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  const file = await open(part, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 1)}\n`);
    await file.sync();
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Tells jobs in a file what they need to know. Where it cannot be written it is
 * tried again until it can: the folder may be full, or on a disk that is away.
 *
 * @returns after the first try
 */
export async function post(
  path: string,
  content: object,
  posting: IPosting
): Promise<void> {
  try {
    await write(path, content);
  } catch (error) {
    const why = `${path} cannot be written: jobs there cannot find the broker`;
    posting.log(why, error);
    void keepTrying(path, content, posting);
  }
}

async function keepTrying(
  path: string,
  content: object,
  { againMs, signal }: IPosting
): Promise<void> {
  for (let written = false; !written && !signal.aborted;) {
    const pause = sleep(againMs, undefined, { signal, ref: false });
    await pause.catch(() => undefined);
    written =
      !signal.aborted &&
      (await write(path, content).then(
        () => true,
        () => false
      ));
  }
}
