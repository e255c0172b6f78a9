import { closeSync, writeSync } from 'node:fs';

import { BatchError } from '@jupyterlab-batch/protocol';

import { startBroker, type IBroker } from './app.ts';
import { readArguments, type IArguments } from './arguments.ts';

/** The launcher waits for this line; a broker that cannot start says why. */
function ready(args: IArguments | null, line: object): void {
  const fd = args?.readyFd ?? null;
  if (fd !== null) {
    try {
      writeSync(fd, `${JSON.stringify(line)}\n`);
      closeSync(fd);
    } catch {
      // Nobody waits any more.
    }
  }
}

async function main(): Promise<void> {
  let args: IArguments | null = null;
  try {
    process.umask(0o077);
    args = readArguments(process.argv.slice(2));
    const broker = await startBroker(args, {
      leave: () => void leave(broker)
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void leave(broker));
    }
    ready(args, { ok: true, pid: process.pid });
  } catch (error) {
    const known = error instanceof BatchError;
    const message = known
      ? error.problem.detail
      : error instanceof Error
        ? error.message
        : 'The broker did not start.';
    ready(args, {
      ok: false,
      code: known ? error.code : 'internal',
      message
    });
    process.stderr.write(`${message}\n`);
    process.exit(1);
  }
}

async function leave(broker: IBroker): Promise<void> {
  await broker.stop();
  process.exit(0);
}

void main();
