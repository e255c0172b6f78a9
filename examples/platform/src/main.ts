import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { startPlatform } from './platform.ts';

const USAGE =
  'usage: node main.ts --data FILE [--port N] [--tokens opaque|jwt|jwt_stateless] [--ttl SECONDS] [--shared-client ID] [--refresh rotating|lasting]';

function writeSecret(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(2);
}

function integer(text: string | undefined, name: string): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d+$/.test(text)) {
    refuse(`--${name} wants a whole number, not ${text}`);
  }
  return Number(text);
}

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string' },
    tokens: { type: 'string' },
    ttl: { type: 'string' },
    'shared-client': { type: 'string' },
    refresh: { type: 'string' }
  }
});
if (!values.data) {
  refuse('--data is missing');
}
const tokens = values.tokens ?? 'opaque';
if (tokens !== 'opaque' && tokens !== 'jwt' && tokens !== 'jwt_stateless') {
  refuse(`--tokens does not know ${tokens}`);
}
const { refresh } = values;
if (refresh !== undefined && refresh !== 'rotating' && refresh !== 'lasting') {
  refuse(`--refresh does not know ${refresh}`);
}
const shared = values['shared-client'];
const sharedSecret = randomBytes(32).toString('hex');
const platform = await startPlatform({
  port: integer(values.port, 'port'),
  ttl: integer(values.ttl, 'ttl'),
  tokens,
  ...(refresh && { refresh }),
  ...(shared && { sharedClient: { id: shared, secret: sharedSecret } })
});
const data = resolve(values.data);
const tokenFile = join(dirname(data), 'registration.token');
rmSync(tokenFile, { force: true });
writeSecret(tokenFile, `${platform.initialAccessToken}\n`);
const sharedFile = join(dirname(data), 'client.secret');
rmSync(sharedFile, { force: true });
if (shared) {
  writeSecret(sharedFile, `${sharedSecret}\n`);
}
writeSecret(
  data,
  `${JSON.stringify(
    {
      url: platform.url,
      pid: process.pid,
      resource_probe: `${platform.url}/api/me`,
      initial_access_token_file: tokenFile,
      ...(refresh && { renewal: 'refresh' }),
      ...(shared && { client_id: shared, client_secret_file: sharedFile }),
      admin_key: platform.adminKey
    },
    null,
    2
  )}\n`
);

async function stop(): Promise<void> {
  await platform.close();
  rmSync(data, { force: true });
  rmSync(tokenFile, { force: true });
  rmSync(sharedFile, { force: true });
  process.exit(0);
}
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
process.stdout.write(
  `${JSON.stringify({ ready: true, url: platform.url, data })}\n`
);
