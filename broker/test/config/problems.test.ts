import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { FILE_NAME } from '../../src/config/load.ts';
import { Levels } from './levels.ts';

let levels: Levels;
beforeEach(() => {
  levels = new Levels();
});
afterEach(() => levels.remove());

const IDENTITY = `[identities.p]
provider = "oauth2"
issuer = "https://login.example.org"
`;
const SHARED = 'client = "shared"\nclient_id = "me"\n';

it.each<[written: string, line: number, says: string]>([
  // the text itself
  ['a = ', 1, 'this is not TOML'],
  ['a = 1\na = 2', 2, 'this is not TOML'],
  ['[targets.local]\n[targets.local]', 2, 'this is not TOML'],
  // unknown and missing words
  ['\ndefault_targt = "local"', 2, 'did you mean default_target?'],
  ['[target.local]', 1, 'did you mean targets?'],
  ['[targets.local]\nslot = 2', 2, 'did you mean slots?'],
  ['[targets.desk]\nslots = 2', 1, 'scheduler is missing'],
  ['[[targets.local]]', 1, 'targets.local.0: there is no such setting'],
  ['default_target = "lokal"', 1, 'did you mean local?'],
  [
    '[targets.local]\nidentity = "platfrom"\n[identities.platform]\n' +
      'provider = "oauth2"\nissuer = "https://h"',
    2,
    'did you mean platform?'
  ],
  ['[targets.local]\nidentity = "p"', 2, 'there are none'],
  ['[identities.p]\nprovider = "oauth2"', 1, 'needs issuer'],
  // types
  ['targets = 3', 1, 'expected tables named [targets.NAME], not 3'],
  ['[targets.local]\nslots = "2"', 2, 'a whole number from 1 to 1024'],
  ['[targets.local]\nslots = 0', 2, 'a whole number from 1 to 1024'],
  ['[targets.local]\nslots = 1.5', 2, 'a whole number from 1 to 1024'],
  ['[targets.local]\nscheduler = "pbs"', 2, 'not "pbs"'],
  ['[targets.local]\ntime_limit = "1 fortnight"', 2, 'is not a duration'],
  ['[targets.local]\ntime_limit = 0', 2, 'above zero'],
  ['[targets.local]\ngrace = -1', 2, 'a duration'],
  ['[targets.local]\noutput_cap = "64 parsecs"', 2, 'is not a size'],
  ['[targets.local]\noutput_cap = "0"', 2, 'above zero'],
  ['[targets.local.env]\nA = 1', 2, 'a text in quotes'],
  ['[targets.local]\nenv = { "A B" = "1" }', 2, 'cannot be set for jobs'],
  ['[targets.local]\nenv.LD_PRELOAD = "/x"', 2, 'cannot be set for jobs'],
  [
    '[targets.local]\nenv.JUPYTERLAB_BATCH_RUN = "x"',
    2,
    'cannot be set for jobs'
  ],
  ['[targets.local]\nwork = "$NO_SUCH/x"', 2, 'needs $NO_SUCH'],
  ['[targets.local]\nruntime = "source me"', 2, 'is no environment; write'],
  ['[targets.local]\nruntime = "venv:/x"', 2, 'is no environment'],
  ['[targets.local]\nruntime = "conda:"', 2, 'is no environment'],
  ['[targets.local]\nruntime = "conda:$NO_SUCH"', 2, 'needs $NO_SUCH'],
  ['[pins.P]\nA = [1]', 2, 'a text in quotes'],
  // addresses that a secret would be sent to
  [IDENTITY.replace('https', 'http'), 3, 'http is only for this machine'],
  [IDENTITY.replace('//', '//me:pw@'), 3, 'user name or password'],
  [IDENTITY.replace('https', 'ftp'), 3, 'use https'],
  [IDENTITY.replace('https://', ''), 3, 'not an address'],
  [
    `${IDENTITY}resource_probe = "http://127.0.0.1.example.org"`,
    4,
    'only for this machine'
  ],
  [`${IDENTITY}scopes = ["a b"]`, 4, 'a list of scopes'],
  // clients
  [`${IDENTITY}client = "shared"`, 1, 'needs client_id'],
  [`${IDENTITY}client_id = "me"`, 4, 'only for client = "shared"'],
  [`${IDENTITY}registration_token_file = "none"`, 4, 'chmod 600']
])('%j', (written, line, says) => {
  levels.write('site', written);
  const problems = levels.problems();
  const here = problems.filter(each =>
    each.startsWith(`site/${FILE_NAME}:${line}: `)
  );
  expect(here.join('\n'), problems.join('\n')).toContain(says);
});

it('names everything that is wrong in one go', () => {
  levels.write('site', 'a = 1\n[targets.local]\nslots = 0');
  levels.write('user', '[targets.local]\nwork = "$NO_SUCH"\nb = 2');
  expect(levels.problems()).toHaveLength(4);
});

it('lets one mistake of a table hide no other, and makes up none', () => {
  levels.write(
    'site',
    '[targets.desk]\nscheduler = "pbs"\nslots = 0\ntime_limit = "0"\n' +
      'output_cap = "1XB"\n[identities.p]\nprovider = "oauth2"\n' +
      'issuer = "http://h"\nclient = "ours"\nclient_id = "me"\n'
  );
  expect(levels.problems().map(each => each.split(': ')[1])).toEqual([
    'targets.desk.scheduler',
    'targets.desk.slots',
    'identities.p.client',
    'identities.p.issuer',
    'targets.desk.output_cap',
    'targets.desk.time_limit'
  ]);
});

it('points at the file that wrote the value that counts', () => {
  levels.write('site', '[targets.local]\nslots = 2');
  levels.write('user', '\n\n[targets.local]\nslots = 0');
  expect(levels.problems()).toEqual([
    expect.stringMatching(`^user/${FILE_NAME}:4: `)
  ]);
});

it('says nothing of missing words where a file could not be read', () => {
  levels.write('site', '[identities.p]\nprovider = "oauth2"');
  levels.write('user', 'a = ');
  expect(levels.problems()).toEqual([
    expect.stringContaining('this is not TOML')
  ]);
});

it('refuses a file that is not text', () => {
  levels.write('site', Buffer.from([0x61, 0xff, 0xfe]));
  expect(levels.problems()).toEqual([expect.stringContaining('not UTF-8')]);
});

it.each<[what: string, spoil: (file: string) => void, says: string]>([
  ['readable by others', file => chmodSync(file, 0o644), 'has mode 0644'],
  ['writable by a group', file => chmodSync(file, 0o620), 'has mode 0620'],
  ['set-user-id', file => chmodSync(file, 0o4600), 'has mode 4600']
])('refuses a secret that is %s', (_, spoil, says) => {
  spoil(levels.secret('site', 's'));
  levels.write(
    'site',
    `${IDENTITY}${SHARED}client_secret_file = "s"\ntrusted_user = true`
  );
  expect(levels.problems()).toEqual([expect.stringContaining(says)]);
});

it('refuses a secret behind a link that leads elsewhere', () => {
  symlinkSync(levels.secret('user', 's'), join(levels.of('site'), 's'));
  levels.write(
    'site',
    `${IDENTITY}${SHARED}client_secret_file = "s"\ntrusted_user = true`
  );
  expect(levels.problems()).toEqual([expect.stringContaining('symbolic link')]);
});

it('refuses a secret that no one said this user may have', () => {
  levels.secret('site', 's');
  levels.write('site', `${IDENTITY}${SHARED}client_secret_file = "s"`);
  expect(levels.problems()).toEqual([expect.stringContaining('trusted_user')]);
});

it('never shows what is in a secret file', () => {
  levels.secret('site', 's', 0o644);
  levels.write('site', `${IDENTITY}${SHARED}client_secret_file = "s"`);
  expect(levels.problems().join()).not.toContain('not looked at');
});
