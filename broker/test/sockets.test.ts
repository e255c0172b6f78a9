import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fastify from 'fastify';
import { expect, it } from 'vitest';

import { listen } from '../src/sockets.ts';

it('turns none of a thousand away that knock at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'knock-'));
  const app = fastify();
  try {
    await listen(app, join(folder, 'job.sock'));
    // All in one turn of the loop that would let them in.
    const knocks = Array.from({ length: 1000 }, () => {
      const socket = connect(join(folder, 'job.sock'));
      return new Promise<string>(resolve => {
        socket.on('connect', () => resolve('in'));
        socket.on('error', error => resolve(error.message));
      }).finally(() => socket.destroy());
    });
    expect(new Set(await Promise.all(knocks))).toEqual(new Set(['in']));
  } finally {
    await app.close();
    rmSync(folder, { recursive: true });
  }
});
