import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, it } from 'vitest';

const MAIN = fileURLToPath(
  new URL('../../../examples/platform/src/main.ts', import.meta.url)
);

let folder: string;
let child: ChildProcess | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'platform-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

it('runs as a process of its own: one line, private files, no leftovers', async () => {
  const data = join(folder, 'state.json');
  child = spawn(process.execPath, [MAIN, '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe']
  });
  const printed: string[] = [];
  child.stderr?.on('data', chunk => printed.push(String(chunk)));
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const [ready] = (await once(lines, 'line')) as [string];
  lines.on('line', line => printed.push(line));
  const { url } = JSON.parse(ready) as { url: string };
  const state = JSON.parse(readFileSync(data, 'utf8')) as {
    url: string;
    admin_key: string;
    initial_access_token_file: string;
  };
  expect(state.url).toBe(url);
  for (const path of [data, state.initial_access_token_file]) {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  const inventory = (key: string) =>
    fetch(`${url}/_inventory`, { headers: { authorization: `Bearer ${key}` } });
  expect((await inventory('wrong')).status).toBe(401);
  expect(await (await inventory(state.admin_key)).json()).toEqual({
    clients: [],
    tokens: [],
    log: []
  });
  const token = readFileSync(state.initial_access_token_file, 'utf8').trim();
  const register = (bearer: string) =>
    fetch(`${url}/reg`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bearer}`,
        'content-type': 'application/json'
      },
      body: JSON.stringify({
        client_name: 'by hand',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: []
      })
    });
  expect((await register('wrong')).status).toBe(401);
  expect((await register(token)).status).toBe(201);

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(existsSync(data)).toBe(false);
  expect(existsSync(state.initial_access_token_file)).toBe(false);
  expect(printed).toEqual([]);
});
