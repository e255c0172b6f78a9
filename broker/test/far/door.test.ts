import { X509Certificate } from 'node:crypto';
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile
} from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import { makeIdentity } from '../../src/far/certificate.ts';
import { addressFile, openFarDoor } from '../../src/far/index.ts';

let data = '';
let work = '';
beforeEach(async () => {
  const base = await mkdtemp(join(tmpdir(), 'jlb-far-'));
  [data, work] = [join(base, 'data'), join(base, 'work')];
  onTestFinished(() => rm(base, { recursive: true, force: true }));
});

/** A server that listens nowhere by itself. */
const inner = (): Server =>
  createServer((_, response) => response.end('through'));

const quick = { log: () => undefined, againMs: 10 };

async function opened(): Promise<{ close: () => Promise<void> }> {
  const door = await openFarDoor(inner(), data, [work], quick);
  onTestFinished(() => door.close());
  return door;
}

async function told() {
  const path = addressFile(work, data);
  const content = JSON.parse(await readFile(path, 'utf8')) as {
    addresses: string[];
    port: number;
    certificate: string;
  };
  return { ...content, mode: (await stat(path)).mode & 0o777 };
}

function ask(port: number, options: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        checkServerIdentity: () => undefined,
        ...options
      },
      response => response.on('data', (d: Buffer) => resolve(d.toString()))
    );
    call.on('error', reject);
    call.end();
  });
}

describe('the door for jobs of other hosts', () => {
  test('opens to whoever trusts its certificate, and says where it is', async () => {
    await opened();
    const { port, certificate, addresses, mode } = await told();
    expect(await ask(port, { ca: certificate })).toBe('through');
    expect(addresses.length).toBeGreaterThan(0);
    expect([
      mode,
      (await stat(join(data, 'job-tls.json'))).mode & 0o777
    ]).toEqual([0o600, 0o600]);
  });

  test('speaks TLS 1.3 and nothing older', async () => {
    await opened();
    const { port, certificate } = await told();
    await expect(
      ask(port, { ca: certificate, maxVersion: 'TLSv1.2' })
    ).rejects.toThrow(/protocol version|EPROTO|alert/i);
  });

  test('is not believed by one who trusts another certificate', async () => {
    await opened();
    const { port } = await told();
    const other = makeIdentity(new Date()).certificate;
    await expect(ask(port, { ca: other })).rejects.toThrow(
      /certificate|verif/i
    );
    await expect(ask(port, {})).rejects.toThrow(/self.signed/i);
  });

  test('turns strangers away who would take all its files', async () => {
    const door = await openFarDoor(inner(), data, [work], {
      ...quick,
      most: 2
    });
    onTestFinished(() => door.close());
    const { port, certificate } = await told();
    const silent = [1, 2].map(() => connect(port, '127.0.0.1'));
    await Promise.all(silent.map(socket => once(socket, 'connect')));
    await expect(ask(port, { ca: certificate })).rejects.toThrow();
    silent.forEach(socket => socket.destroy());
    await vi.waitFor(() => ask(port, { ca: certificate }));
  });

  test('opens where a work folder cannot be written, and tells the others', async () => {
    await mkdir(data, { recursive: true });
    await writeFile(work, 'in the way');
    const other = join(data, '..', 'other');
    const complaints: string[] = [];
    const log = (message: string) => complaints.push(message);
    const door = await openFarDoor(inner(), data, [work, other], { log });
    onTestFinished(() => door.close());
    expect(complaints).toEqual([expect.stringContaining(work)]);
    await stat(addressFile(other, data));
  });

  test('says where it is as soon as there is room to', async () => {
    await mkdir(data, { recursive: true });
    await writeFile(work, 'in the way');
    await opened();
    await expect(told()).rejects.toThrow();
    await rm(work);
    const { port, certificate } = await vi.waitFor(told);
    expect(await ask(port, { ca: certificate })).toBe('through');
  });

  test('opens where its own folder cannot be written', async () => {
    await writeFile(data, 'in the way');
    const complaints: string[] = [];
    const log = (message: string) => complaints.push(message);
    const door = await openFarDoor(inner(), data, [work], { log });
    onTestFinished(() => door.close());
    expect(complaints).toEqual([expect.stringContaining('job-tls.json')]);
    const { port, certificate } = await told();
    expect(await ask(port, { ca: certificate })).toBe('through');
  });

  test('is the same one after a restart', async () => {
    const first = await openFarDoor(inner(), data, [work], quick);
    const before = await told();
    await first.close();
    await opened();
    expect(await told()).toEqual(before);
  });

  test('takes another port where its own is taken, and says so', async () => {
    const first = await openFarDoor(inner(), data, [work], quick);
    const before = await told();
    await opened();
    const after = await told();
    expect(after.port).not.toBe(before.port);
    expect(await ask(after.port, { ca: before.certificate })).toBe('through');
    await first.close();
  });
});

test('the certificate is an authority for itself alone', () => {
  const { certificate } = makeIdentity(new Date('2051-03-04T05:06:07Z'));
  const read = new X509Certificate(certificate);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.ca).toBe(true);
  expect(read.checkIssued(read)).toBe(true);
  expect(read.validFrom).toBe('Mar  3 05:06:07 2051 GMT');
});
