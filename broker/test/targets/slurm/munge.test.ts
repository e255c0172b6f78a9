import { describe, expect, test } from 'vitest';

import { claimDigest } from '../../../src/runs/claim.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import {
  isSame,
  Munge,
  read,
  socketIn,
  type MungeUse
} from '../../../src/targets/slurm/munge.ts';
import type { Said } from '../../../src/targets/slurm/commands.ts';
import { ID, ok } from './scripted.ts';

const DIGEST = 'd'.repeat(64);
const PROOF = 'MUNGE:AwQFAAA=:';

/** As unmunge 0.5.15 prints it. */
const told = (more: Record<string, string> = {}, payload = DIGEST): string =>
  [
    ['STATUS', 'Success (0)'],
    ['ENCODE_HOST', 'n1.example.org (10.0.0.1)'],
    ['ENCODE_TIME', '2026-11-27 19:19:03 +0000 (1795807143)'],
    ['DECODE_TIME', '2026-11-27 19:19:04 +0000 (1795807144)'],
    ['TTL', '300'],
    ['UID', 'ann (1000)'],
    ['GID', 'ann (1000)'],
    ['LENGTH', String(payload.length)]
  ]
    .map(([key, text]) => `${key}:`.padEnd(18) + (more[key] ?? text))
    .join('\n') + `\n\n${payload}`;

/** A site whose programs answer so. */
function site(
  use: MungeUse,
  unmunge: Said,
  node = 'NodeAddr=n1 NodeHostName=n1'
) {
  const calls: string[][] = [];
  const munge = new Munge({
    commands: {
      run(name, args, stdin = '') {
        calls.push([name, ...args, stdin]);
        return Promise.resolve(
          name === 'unmunge'
            ? unmunge
            : ok(
                args.includes('config')
                  ? 'AuthInfo = socket=/run/m\nAuthType = auth/munge\n'
                  : `NodeName=n1 ${node} Version=22.05\n`
              )
        );
      }
    },
    use,
    uid: 1000,
    clock: () => 0,
    resolve: host => Promise.resolve(host === 'n1' ? ['10.0.0.1'] : [host])
  });
  const claim = { attempt: ID, digest: DIGEST };
  return {
    calls,
    async admits(proof: string | null = PROOF) {
      const heard = await munge.hear({ ...claim, proof });
      return heard.kind === 'yes' ? munge.fits(heard.origin, 'n1') : heard;
    },
    socket: () => munge.socket()
  };
}
const refusal = (message: RegExp) => ({
  kind: 'no',
  message: expect.stringMatching(message) as unknown
});
const failed = (code: number): Said => ({ kind: 'no', message: '', code });

test('a credential of the node, the user and the claim speaks for it', async () => {
  const at = site('required', ok(told()));
  expect(await at.admits()).toEqual({ kind: 'yes' });
  // it goes through a pipe, to the socket that Slurm itself uses
  expect(at.calls).toContainEqual(['unmunge', '--socket=/run/m', PROOF]);
});

describe('it is refused', () => {
  const wrong: [string, Said, RegExp][] = [
    ['used before', failed(17), /it was used before/],
    ['too late', failed(15), /has expired; the clocks/],
    ['from the future', failed(16), /clocks of the hosts differ/],
    ['with another key', failed(14), /not made with this cluster's key/],
    [
      'by another uid',
      ok(told({ UID: 'bob (1001)' })),
      /by the uid 1001, and the run belongs to 1000/
    ],
    ['for another claim', ok(told({}, 'e'.repeat(64))), /another claim/],
    [
      'with a longer life than ours',
      ok(told({ DECODE_TIME: 'x (1795807999)' })),
      /made 856 s ago, and may be 120 s old/
    ],
    [
      'on another host',
      ok(told({ ENCODE_HOST: 'login1 (10.0.0.9)' })),
      /made on login1 \(10\.0\.0\.9\), and the job runs on n1 \(n1, 10\.0\.0\.1\)/
    ],
    [
      'with an answer that is none',
      ok('Segmentation fault\n'),
      /something else/
    ],
    // its payload is the claimant's to choose
    [
      'with lines of its own in the payload',
      ok(told({ UID: 'bob (1001)' }, `UID: ann (1000)\n\n${DIGEST}`)),
      /another claim/
    ]
  ];
  test.each(wrong)('%s, also where none is needed', async (_, said, why) => {
    expect(await site('used', said).admits()).toEqual(refusal(why));
    expect(await site('required', said).admits()).toEqual(refusal(why));
    expect(await site('off', said).admits()).toEqual({ kind: 'yes' });
  });
});

test('a node is asked about once, however many claim from it', async () => {
  const at = site('required', ok(told()));
  await Promise.all(Array.from({ length: 50 }, () => at.admits()));
  const asked = at.calls.filter(call => call.includes('node'));
  expect(asked).toHaveLength(1);
});

test('none is asked for, needed, or not looked at, as the site says', async () => {
  expect(await site('used', failed(1)).admits(null)).toEqual({ kind: 'yes' });
  expect(await site('off', failed(1)).admits(null)).toEqual({ kind: 'yes' });
  expect(await site('required', failed(1)).admits(null)).toEqual(
    refusal(/only with a MUNGE credential, and it brought none/)
  );
  expect(await site('off', failed(1)).socket()).toBeNull();
  expect(await site('used', failed(1)).socket()).toBe('/run/m');
});

test('a munged that does not answer here is waited for', async () => {
  for (const said of [
    failed(6),
    { kind: 'silent', why: 'unmunge did not answer in 20 s' } as const
  ]) {
    for (const use of ['used', 'required'] as const) {
      expect(await site(use, said).admits()).toMatchObject({ kind: 'wait' });
    }
  }
});

test('without unmunge here it is as without a credential', async () => {
  const said: Said = { kind: 'silent', why: 'unmunge cannot be run (ENOENT)' };
  expect(await site('used', said).admits()).toEqual({ kind: 'yes' });
  expect(await site('required', said).admits()).toMatchObject({ kind: 'wait' });
});

test('a loopback address names no node, and only a site that needs it minds', async () => {
  const said = ok(told({ ENCODE_HOST: 'localhost (127.0.1.1)' }));
  expect(await site('used', said).admits()).toEqual({ kind: 'yes' });
  expect(await site('required', said).admits()).toEqual(refusal(/--origin/));
});

test('hosts are the same by address, or by the name that Slurm knows', () => {
  const origin = { name: 'n1.ib.example.org', address: '10.9.0.1' };
  expect(isSame(origin, ['n1'], ['10.0.0.1'])).toBe(true);
  expect(isSame(origin, ['n2'], ['10.9.0.1'])).toBe(true);
  expect(isSame(origin, ['n2', 'n11'], ['10.0.0.1'])).toBe(false);
  const nameless = { name: '???', address: '10.9.0.1' };
  expect(isSame(nameless, ['???'], [])).toBe(false);
  const bare = { name: '10.9.0.1', address: '10.9.0.1' };
  expect(isSame(bare, ['10.0.0.1'], ['10.0.0.1'])).toBe(false);
});

test('what unmunge says is read whole or not at all', () => {
  expect(read(told())).toEqual({
    origin: { name: 'n1.example.org', address: '10.0.0.1' },
    uid: 1000,
    age: 1,
    payload: DIGEST
  });
  expect(read(told({ UID: '??? (1234)' }))?.uid).toBe(1234);
  expect(read(told().replace(/^UID.*\n/m, ''))).toBeNull();
  expect(read(told({ ENCODE_HOST: 'n1' }))).toBeNull();
});

test('the socket is that of MUNGE, where Slurm uses it', () => {
  const of = (info: string, type: string) =>
    socketIn(
      `AuthAltTypes = (null)\nAuthInfo                = ${info}\nAuthType                = ${type}\n`
    );
  expect(of('socket=/a/b', 'auth/munge')).toBe('/a/b');
  expect(of('ttl=5,socket=/a/b,cred_expire=3', 'auth/munge')).toBe('/a/b');
  expect(of('(null)', 'auth/munge')).toBe('');
  expect(of('socket=/a/b', 'auth/slurm')).toBe('');
});

/** `tests/runner/test_munge.py` has the same. */
test('the digest of a claim is what the runner makes of it', () => {
  const [ticket, session] = ['1', '2'].map(digit =>
    new Secret(digit.repeat(64)).hash()
  );
  expect(claimDigest('0123', 2, ticket, session)).toBe(
    '2d2701fd609b01edcebe8e24f2d9770a9e57d241fa089aab6626e7262db9b308'
  );
});
