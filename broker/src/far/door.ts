import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';

import { Type } from 'typebox';
import { Value } from 'typebox/value';

import { makeIdentity, type IIdentity } from './certificate.ts';
import { post, write, type IPosting } from './notice.ts';

/** A network disk that hangs keeps no broker from its other work. */
const PATIENCE_MS = 2_000;
const AGAIN_MS = 30_000;
/**
 * Connections at once, of whoever reaches the port: more are turned away, and ask
 * again where they are jobs. Files are left for what ends credentials.
 */
const MOST = 2048;

const Kept = Type.Object({
  key: Type.String(),
  certificate: Type.String(),
  port: Type.Integer({ minimum: 0, maximum: 65535 })
});

export interface IFarOptions {
  readonly log: IPosting['log'];
  readonly againMs?: number;
  readonly most?: number;
}

export interface IFarDoor {
  close(): Promise<void>;
}

/**
 * Where jobs on other hosts find how to reach this broker: a file of their work
 * folder, written anew by each broker, since port and address may change.
 */
export function addressFile(work: string, data: string): string {
  const name = createHash('sha256').update(data).digest('hex').slice(0, 8);
  return join(work, '.jupyterlab-batch', `broker-${name}.json`);
}

/**
 * Lets jobs of other hosts in: TLS 1.3 with a certificate of our own in front of
 * the server of the job socket. The same key and port as before, if they can be.
 * It opens also where none of its files can be written: a cluster whose disk is
 * full or away must not keep a broker from ending credentials.
 */
export async function openFarDoor(
  server: Server,
  data: string,
  works: readonly string[],
  { log, againMs = AGAIN_MS, most = MOST }: IFarOptions
): Promise<IFarDoor> {
  const path = join(data, 'job-tls.json');
  const kept = await read(path);
  const identity: IIdentity = kept ?? makeIdentity(new Date());
  const open = new Set<TLSSocket>();
  const tls = createServer(
    {
      key: identity.key,
      cert: identity.certificate,
      minVersion: 'TLSv1.3',
      handshakeTimeout: 10_000
    },
    socket => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => undefined); // it may leave at any time
      server.emit('connection', socket);
    }
  );
  tls.maxConnections = most;
  tls.on('tlsClientError', () => undefined);
  const port = await listen(tls, kept?.port ?? 0);
  if (kept?.port !== port) {
    await write(path, { ...identity, port }).catch((error: unknown) =>
      log(`${path} cannot be written: the next broker takes another key`, error)
    );
  }
  const told = {
    addresses: addresses(),
    port,
    certificate: identity.certificate
  };
  const closing = new AbortController();
  const posting = { log, againMs, signal: closing.signal };
  const posted = works.map(work =>
    post(addressFile(work, data), told, posting)
  );
  const patience = sleep(PATIENCE_MS, undefined, { ref: false });
  await Promise.race([Promise.all(posted), patience]);
  return {
    close: () =>
      new Promise(resolve => {
        closing.abort();
        tls.close(() => resolve());
        for (const socket of open) {
          socket.destroy();
        }
      })
  };
}

/** By name first: it may be known under another address over there. */
function addresses(): string[] {
  const found = Object.values(networkInterfaces())
    .flatMap(of => of ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);
  return [...new Set([hostname(), ...found, '127.0.0.1'])];
}

async function listen(
  tls: ReturnType<typeof createServer>,
  port: number
): Promise<number> {
  const attempt = (wanted: number): Promise<number> =>
    new Promise((resolve, reject) => {
      tls.once('error', reject);
      tls.listen({ port: wanted }, () => {
        tls.off('error', reject);
        tls.on('error', () => undefined);
        resolve((tls.address() as AddressInfo).port);
      });
    });
  // somebody else may have taken it meanwhile: jobs read the file again
  return attempt(port).catch(() => attempt(0));
}

async function read(path: string) {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Value.Check(Kept, kept) ? kept : null;
  } catch {
    return null;
  }
}
