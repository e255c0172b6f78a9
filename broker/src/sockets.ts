import { chmod, lstat, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { FastifyInstance } from 'fastify';

/**
 * So many may knock at once; one more is turned away at a Unix socket (EAGAIN), not
 * kept waiting. Node's default is 511. Linux takes at most its `somaxconn`, 4096.
 */
const BACKLOG = 4096;

/**
 * Listens on a Unix socket in a folder that is ours alone. A socket file left by
 * a killed broker is replaced: whoever gets here holds the lock.
 *
 * @throws Error when the folder could let others in
 */
export async function listen(
  app: FastifyInstance,
  path: string
): Promise<void> {
  const folder = await lstat(dirname(path));
  const uid = process.getuid?.();
  if (
    !folder.isDirectory() ||
    (folder.mode & 0o077) !== 0 ||
    (uid !== undefined && folder.uid !== uid)
  ) {
    throw new Error(
      `${dirname(path)} must be a folder of this user with mode 0700; it is not. Remove it and try again.`
    );
  }
  await rm(path, { force: true });
  // Node's default would leave the socket 0755; the umask is set before this.
  await app.listen({ path, backlog: BACKLOG });
  await chmod(path, 0o600);
}
