/**
 * Many ask for one token at the moment at which it has to be refreshed:
 *
 *     node bench/leases/callers.ts URL REGISTRATION-FILE FOLDER
 *
 * over the real job socket, against a provider whose tokens live for seconds and
 * come with refresh tokens that rotate. Prints one JSON object.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';

import { createJobServer, type IJobDoor } from '../../broker/src/http/job.ts';
import { currentToken } from '../../broker/src/leases/doc.ts';
import { listen } from '../../broker/src/sockets.ts';
import { Store } from '../../broker/src/store/store.ts';
import { ask } from '../../broker/test/leases/asking.ts';
import { Household, isClosed, isMinted, KEY } from './household.ts';

const [url = '', file = '', folder = ''] = process.argv.slice(2);

let refreshes = 0;
const counted = (address: string, init?: RequestInit): Promise<Response> => {
  const { body } = init ?? {};
  if (body instanceof URLSearchParams && body.has('refresh_token')) {
    refreshes += 1;
  }
  return fetch(address, init);
};

const store = new Store(join(folder, 'callers.db'), KEY);
const house = new Household(
  store,
  new Map([['platform', url]]),
  readFileSync(file, 'utf8').trim(),
  { renewal: 'refresh', fetch: counted }
);
await house.interpreter.start();
const ids = await house.armed(1);
await house.claim(ids);
await house.until(ids, isMinted);
const [lease = ''] = ids;

const refuse = () => Promise.reject(new Error('not asked here'));
const door: IJobDoor = {
  permit: refuse,
  heartbeat: refuse,
  release: refuse,
  token: (_session, minValid, signal) =>
    house.service.token(lease, minValid, signal)
};
const app = createJobServer(door, (message, error) => {
  throw new Error(message, { cause: error });
});
const socketPath = join(mkdtempSync(join(folder, 's-')), 'job.sock');
await listen(app, socketPath);

interface IServed {
  /** s: from the first question to the last answer */
  readonly all: number;
  /** what the provider was asked for */
  readonly upstream: number;
}

/** So many agents with so many callers each, once the token is half over. */
async function served(agents: number, each: number): Promise<IServed> {
  const token = currentToken(await house.read(lease));
  const { expiresAt = null, mintedAt = 0 } = token ?? {};
  const half = mintedAt + ((expiresAt ?? mintedAt) - mintedAt) / 2;
  await new Promise(resolve => setTimeout(resolve, half - Date.now() + 50));
  refreshes = 0;
  const held = Array.from(
    { length: agents },
    () => new Agent({ keepAlive: true, maxSockets: each })
  );
  const began = performance.now();
  const answers = await Promise.all(
    held.flatMap(agent =>
      Array.from({ length: each }, () => ask(socketPath, agent))
    )
  );
  const all = (performance.now() - began) / 1000;
  held.forEach(agent => agent.destroy());
  const values = new Set(
    answers.map(
      answer => (JSON.parse(answer) as { access_token?: string }).access_token
    )
  );
  if (values.has(undefined)) {
    throw new Error(
      `not all got one: ${answers.find(a => !a.includes('access_token'))}`
    );
  }
  return { all, upstream: refreshes };
}

const few = await served(8, 8);
const many = await served(1000, 1);
await house.service.settled();
await house.drain(ids);
await house.until(ids, isClosed);
process.stdout.write(`${JSON.stringify({ few, many })}\n`);
process.exit(0);
