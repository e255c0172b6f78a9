/**
 * The wire on which anything can happen, as a process between a broker and a
 * platform that are processes, too:
 *
 *     node broker/test/chaos/proxy-process.ts PLATFORM
 *
 * Prints `{url}`. Each line that it reads, `{at, kinds}`, is what the next requests
 * of a door meet, one after the other; it prints `{at, kind, left}` when one did.
 */
import { createInterface } from 'node:readline';

import { startProxy, type Chaos, type Door } from './proxy.ts';

const FAULTS: Readonly<Record<string, Chaos>> = {
  '500': { kind: 'answer', status: 500 },
  '503': { kind: 'answer', status: 503, headers: { 'retry-after': '1' } },
  '429': { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
  empty: { kind: 'answer', status: 200, body: '' },
  page: {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html>Sign in</html>'
  },
  echo: { kind: 'echo' },
  hang: { kind: 'hang' },
  drip: { kind: 'drip' },
  reset: { kind: 'reset' },
  lost: { kind: 'lost' },
  withhold: { kind: 'withhold' },
  // a certificate that nobody trusts, at an endpoint that the metadata names
  untrusted_registration_endpoint: elsewhere('registration_endpoint'),
  untrusted_revocation_endpoint: elsewhere('revocation_endpoint')
};

function elsewhere(name: string): Chaos {
  return {
    kind: 'rewrite',
    body: body => ({ ...body, [name]: proxy.untrusted(String(body[name])) })
  };
}

interface IOrder {
  readonly at: Door;
  readonly kinds: readonly string[];
}

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const waiting = new Map<Door, string[]>();
const proxy = await startProxy(process.argv[2] ?? '', door => {
  const left = waiting.get(door) ?? [];
  const kind = left.shift();
  if (kind === undefined) {
    return null;
  }
  say({ at: door, kind, left: left.length });
  return FAULTS[kind] ?? null;
});
say({ url: proxy.url });
for await (const line of createInterface({ input: process.stdin })) {
  const { at, kinds } = JSON.parse(line) as IOrder;
  const unknown = kinds.find(kind => !(kind in FAULTS));
  if (unknown !== undefined) {
    throw new Error(`there is no fault ${unknown}`);
  }
  waiting.set(at, [...(waiting.get(at) ?? []), ...kinds]);
  say({ at, ordered: kinds.length });
}
await proxy.close();
