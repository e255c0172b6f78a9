import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Secret } from '../../secrets/secret.ts';

/** The one name; nothing else of the job says where its ticket lies. */
const NAME = 'ticket';

/**
 * The ticket of an attempt in its run folder, 0600. One that lies there is used
 * again: a broker that was killed between sbatch and its commit must not leave a
 * job with a ticket that nobody knows.
 */
export async function keep(folder: string, number: number): Promise<Secret> {
  const kept = await read(folder, number);
  if (kept !== null) {
    return kept;
  }
  const ticket = Secret.random();
  const part = join(folder, `${NAME}.part`);
  await rm(part, { force: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const file = await open(part, flags | constants.O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(`${ticket.reveal()} ${number}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, join(folder, NAME));
  return ticket;
}

/** Takes the ticket away: it was traded, or the attempt is over. */
export async function forget(folder: string): Promise<void> {
  await rm(join(folder, NAME), { force: true });
}

async function read(folder: string, number: number): Promise<Secret | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
  let file;
  try {
    file = await open(join(folder, NAME), flags);
  } catch {
    return null;
  }
  try {
    const { uid, mode } = await file.stat();
    const text = await file.readFile('utf8');
    const found = /^([0-9a-f]{64}) (\d+)\n$/.exec(text);
    return uid === process.getuid?.() &&
      (mode & 0o077) === 0 &&
      found?.[2] === String(number)
      ? new Secret(found[1])
      : null;
  } finally {
    await file.close();
  }
}
