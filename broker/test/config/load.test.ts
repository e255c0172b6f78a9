import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';

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

describe('no file at all', () => {
  it('is this machine, without credentials', () => {
    const config = levels.load();
    expect(config.defaultTarget).toBe('local');
    expect(config.files).toEqual([]);
    expect([...config.targets.values()]).toEqual([
      {
        name: 'local',
        scheduler: 'local',
        slots: 2, // 5 GiB hold two runs
        timeLimit: 86_400,
        work: join(levels.folder, 'data', 'runs'),
        identity: null,
        env: {},
        grace: 10,
        outputCap: 64 * 2 ** 20,
        runtime: null,
        slurmConf: null,
        munge: 'used',
        resources: {
          partitions: null,
          accounts: null,
          qos: null,
          reservations: null,
          nodes: null,
          tasks: null,
          cpus: null,
          memory: null,
          gpus: null
        }
      }
    ]);
  });

  it('takes an absolute $WORK, and no relative one', () => {
    levels.env.WORK = '/scratch/me';
    expect(levels.load().targets.get('local')?.work).toBe('/scratch/me');
    levels.env.WORK = 'scratch';
    expect(levels.load().targets.get('local')?.work).toBe(
      join(levels.folder, 'data', 'runs')
    );
  });
});

test.each([
  ['virtualenv:/a b/c', { kind: 'virtualenv', path: '/a b/c' }],
  ['conda:science', { kind: 'conda', path: 'science' }],
  ['conda:$APPS/envs/x', { kind: 'conda', path: '/apps/envs/x' }],
  ['virtualenv:envs/x', { kind: 'virtualenv', path: '{site}/envs/x' }]
])('the environment of a target: %s', (text, { kind, path }) => {
  levels.env.APPS = '/apps';
  levels.write('site', `[targets.local]\nruntime = "${text}"`);
  expect(levels.load().targets.get('local')?.runtime).toEqual({
    kind,
    path: path.replace('{site}', levels.of('site'))
  });
});

describe('levels', () => {
  it('are merged key by key, inside tables too, the user last', () => {
    levels.write('site', '[targets.local]\nslots = 3\ntime_limit = "2h"');
    levels.write('environment', '[targets.local]\ntime_limit = "90m"');
    levels.write('user', 'targets.local.env = { A = "1" }');
    const { targets, files } = levels.load();
    expect(targets.get('local')).toMatchObject({
      slots: 3,
      timeLimit: 5400,
      env: { A: '1' }
    });
    expect(files).toHaveLength(3);
  });

  it('read the same folder once', () => {
    levels.env.JUPYTER_CONFIG_DIR = levels.of('site');
    levels.write('site', 'default_target = "nowhere"');
    expect(levels.problems()).toHaveLength(1);
  });

  it('have no target local any more once one names another', () => {
    levels.write('user', '[targets.desk]\nscheduler = "local"');
    const { targets, defaultTarget } = levels.load();
    expect([...targets.keys()]).toEqual(['desk']);
    expect(defaultTarget).toBe('desk');
  });
});

describe('pins', () => {
  const pins = '[pins.FUNWAVE]\nWID = 20.0\nN = 0x10\nS = "a b"\nB = true';

  it('keep the digits as they are written, and say where', () => {
    const file = levels.write('site', pins);
    expect([...(levels.load().pins.get('FUNWAVE') ?? [])]).toEqual([
      ['WID', { text: '20.0', origin: `${file}:2` }],
      ['N', { text: '0x10', origin: `${file}:3` }],
      ['S', { text: 'a b', origin: `${file}:4` }],
      ['B', { text: 'true', origin: `${file}:5` }]
    ]);
  });

  it.each([
    ['JUPYTER_CONFIG_DIR', () => levels.of('user')],
    ['JUPYTER_CONFIG_PATH', () => `/elsewhere:${levels.of('user')}`]
  ])('of a user are put aside, with a word (%s)', (name, folder) => {
    delete levels.env.JUPYTER_CONFIG_DIR;
    levels.env[name] = folder();
    levels.write('site', '[pins.FUNWAVE]\nWID = "20.0"');
    const file = levels.write('user', '[pins.FUNWAVE]\nWID = "1.0"');
    const { pins: kept, notes } = levels.load();
    expect(kept.get('FUNWAVE')?.get('WID')?.text).toBe('20.0');
    expect(notes.map(({ origin }) => origin)).toEqual([`${file}:1`]);
    expect(notes[0]?.message).toContain('not honoured');
  });
});

describe('paths', () => {
  it.each([
    ['runs', 'site/runs'],
    ['../runs', 'runs'],
    ['~/runs', 'home/runs'],
    ['$HOME/runs', 'home/runs'],
    ['${HOME}runs', 'homeruns'],
    ['$A/$B', 'a/b']
  ])('work = %j', (written, meant) => {
    levels.env.A = join(levels.folder, 'a');
    levels.env.B = 'b';
    levels.write('site', `[targets.local]\nwork = '${written}'`);
    expect(levels.load().targets.get('local')?.work).toBe(
      join(levels.folder, meant)
    );
  });

  it('of secrets lie beside the file that names them', () => {
    const file = levels.secret('site', 'platform.token', 0o400);
    levels.write(
      'site',
      `${IDENTITY}registration_token_file = "platform.token"\ntrusted_user = true`
    );
    expect(levels.load().identities.get('p')).toEqual({
      provider: 'oauth2',
      issuer: 'https://login.example.org',
      client: 'per_lease',
      client_id: null,
      client_secret_file: null,
      registration_token_file: file,
      scopes: [],
      resource_probe: null,
      renewal: 'mint',
      trusted_user: true
    });
  });
});

describe('resources of a cluster', () => {
  const cluster = '[targets.c]\nscheduler = "slurm"\n[targets.c.resources]\n';

  it('are limited as it is written', () => {
    levels.write(
      'site',
      `${cluster}partitions = ["main"]\nmax_memory = "64GiB"\nmax_gpus = 0`
    );
    expect(levels.load().targets.get('c')?.resources).toMatchObject({
      partitions: ['main'],
      accounts: null,
      memory: 65_536,
      gpus: 0
    });
  });

  it.each([
    [`${cluster}max_memory = "much"`, /max_memory: "much" is not a size/],
    [`${cluster}max_nodes = 0`, /max_nodes: expected a whole number from 1/],
    [`${cluster}partitions = ["--uid=0"]`, /partitions: expected a list of/],
    [`${cluster}partition = "main"`, /no such setting.*partitions/],
    ['[targets.local.resources]\nmax_nodes = 1', /only for scheduler = "slurm"/]
  ])('are refused: %s', (text, message) => {
    levels.write('site', text);
    expect(levels.problems().join('\n')).toMatch(message);
  });
});
