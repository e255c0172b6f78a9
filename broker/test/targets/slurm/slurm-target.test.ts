import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from 'vitest';

import { read } from '../../../src/targets/slurm/queue.ts';
import { options, script } from '../../../src/targets/slurm/script.ts';
import {
  bench,
  CALM,
  CLAIM,
  ID,
  ok,
  RUN,
  silent,
  type Bench
} from './scripted.ts';

let at: Bench;
beforeEach(async () => {
  at = await bench();
});

describe('submit', () => {
  test('asks once, also when it is asked again', async () => {
    const job = await at.submitted();
    expect(job).toMatchObject({ native: '1', waits: true });
    expect(await at.submitted()).toEqual(job);
    expect(at.slurm.count('sbatch')).toBe(1);
  });

  test('believes what is there when sbatch stays silent after it did it', async () => {
    at.slurm.instead = name => (name === 'sbatch' ? silent : null);
    expect((await at.submitted()).native).toBe('1');
  });

  test('tries again where nobody answers, and makes no second job', async () => {
    at.slurm.instead = () => silent;
    expect((await at.target.submit(at.attempt)).kind).toBe('retry');
    expect(at.slurm.count('sbatch')).toBe(0);
    // taken, and then the controller went
    at.slurm.instead = () => (at.slurm.count('sbatch') > 0 ? silent : null);
    expect((await at.target.submit(at.attempt)).kind).toBe('retry');
    at.slurm.instead = () => null;
    expect((await at.submitted()).native).toBe('1');
    expect(at.slurm.jobs.length).toBe(1);
  });

  test('asks once for what is accepted and not shown, and again after a minute', async () => {
    at.slurm.instead = name => (name === 'squeue' ? ok('') : null);
    for (let each = 0; each < 11; each += 1) {
      expect((await at.target.submit(at.attempt)).kind).toBe('retry');
      at.now += 5_000;
    }
    expect(at.slurm.count('sbatch')).toBe(1);
    at.now += 10_000;
    await at.target.submit(at.attempt);
    expect(at.slurm.count('sbatch')).toBe(2);
    at.slurm.instead = () => null;
    expect((await at.submitted()).native).toBe('1');
  });

  test('passes on what Slurm refuses', async () => {
    at.slurm.instead = name =>
      name === 'sbatch'
        ? { kind: 'no', message: 'invalid partition', code: 1 }
        : null;
    expect(await at.target.submit(at.attempt)).toEqual({
      kind: 'refused',
      message: 'Slurm refused the job: invalid partition'
    });
  });

  test('starts the runner with the environment that was chosen', async () => {
    const path = '/envs/it is';
    const runtime = {
      kind: 'virtualenv',
      path,
      python: `${path}/bin/python`,
      version: '3.11.2'
    } as const;
    const given = { PATH: '/lab/bin:/bin', VIRTUAL_ENV: '/lab' };
    const attempt = { ...at.attempt, runtime, environment: given };
    expect((await at.target.submit(attempt)).kind).toBe('ok');
    expect(at.slurm.script).toContain(`exec '${path}/bin/python' '-E' '-s'`);
    const laid = await readFile(join(at.folder, 'environment.json'), 'utf8');
    expect(JSON.parse(laid)).toMatchObject({
      PATH: `${path}/bin:/bin`,
      VIRTUAL_ENV: path
    });
  });

  test('lays the environment out for its owner alone', async () => {
    await at.submitted();
    const path = join(at.folder, 'environment.json');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      ...at.attempt.environment,
      JUPYTERLAB_BATCH_MUNGE: ''
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(at.slurm.calls)).not.toContain("it's");
  });
});

test('a ticket is kept for its attempt, 0600, until it is over', async () => {
  const first = await at.target.ticket(at.attempt);
  const path = join(at.folder, 'ticket');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await at.target.ticket(at.attempt)).fits(first.hash())).toBe(true);
  const second = await at.target.ticket({ ...at.attempt, number: 2 });
  expect(second.fits(first.hash())).toBe(false);
  expect(await readFile(path, 'utf8')).toBe(`${second.reveal()} 2\n`);
  await at.target.sweep(RUN, await at.submitted());
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

test('a ticket that others could read is not used', async () => {
  const first = await at.target.ticket(at.attempt);
  await chmod(join(at.folder, 'ticket'), 0o640);
  const second = await at.target.ticket(at.attempt);
  expect(second.fits(first.hash())).toBe(false);
});

describe('identity', () => {
  test('a number that is a stranger’s is neither seen nor touched', async () => {
    const job = await at.submitted();
    const stranger = { id: '1', name: 'his', comment: 'his', state: 'RUNNING' };
    at.slurm.jobs = [stranger];
    expect(await at.state(job)).toEqual({ state: 'absent' });
    expect((await at.target.admits(CLAIM, job)).kind).toBe('wait');
    await at.target.cancel(ID);
    expect(await at.target.sweep(RUN, job)).toBe(0);
    expect(stranger.state).toBe('RUNNING');
    expect(at.slurm.count('scancel')).toBe(0);
  });

  test('a name alone is not enough either', async () => {
    const job = await at.submitted();
    at.slurm.jobs = [{ id: '1', name: ID, comment: '', state: 'RUNNING' }];
    expect(await at.state(job)).toEqual({ state: 'absent' });
  });

  test('each act names number, name and user', async () => {
    const job = await at.submitted();
    at.slurm.jobs[0].state = 'RUNNING';
    await at.target.cancel(ID);
    await at.target.sweep(RUN, job);
    const acts = at.slurm.calls.filter(([command]) => command === 'scancel');
    expect(acts).toEqual([
      [
        'scancel',
        `--name=${ID}`,
        '--user=1000',
        '--signal=TERM',
        '--batch',
        '1'
      ]
    ]);
  });

  test('the job of an earlier attempt goes, that of another run stays', async () => {
    const job = await at.submitted();
    const other = 'f1234567-89ab-7cde-8f01-23456789abcd';
    at.slurm.jobs.push({ id: '2', name: `${RUN}.2`, state: 'PENDING' });
    at.slurm.jobs.push({ id: '3', name: `${other}.1`, state: 'PENDING' });
    at.now += 60_000;
    await at.target.poll(
      new Map([[`${RUN}.2`, { ...job, native: '2' }]]),
      CALM
    );
    expect(at.slurm.jobs.map(({ state }) => state)).toEqual([
      'CANCELLED',
      'PENDING',
      'PENDING'
    ]);
  });

  test('of two jobs of one attempt the committed one stays', async () => {
    const job = await at.submitted();
    at.slurm.jobs.push({ id: '2', name: ID, state: 'PENDING' });
    at.slurm.jobs[0].state = 'RUNNING';
    expect(await at.state(job)).toMatchObject({ state: 'running' });
    expect(at.slurm.jobs.map(each => each.state)).toEqual([
      'RUNNING',
      'CANCELLED'
    ]);
  });
});

describe('what Slurm gets to see', () => {
  const ask = {
    attempt: ID,
    folder: "/work/it's 100%/run",
    python: '/opt/py thon',
    runner: '/work/$(id)/runner',
    partitionTime: null,
    resources: {}
  };

  test('are two paths and a number, quoted', () => {
    expect(script({ ...ask, timeLimit: 60 })).toBe(
      "#!/bin/sh\nexec '/opt/py thon' '-E' '-s' " +
        "'/work/$(id)/runner/jupyterlab_batch/runner/begin.py' " +
        String.raw`'/work/it'\''s 100%/run' '1'` +
        '\n'
    );
  });

  test('is a name, a time with a margin, and no environment', () => {
    const given = options({ ...ask, timeLimit: 60 });
    expect(given).toContain(`--job-name=${ID}`);
    expect(given).toContain('--no-requeue');
    expect(given).toContain('--export=NIL');
    expect(given).toContain('--time=5');
    expect(given).toContain("--output=/work/it's 100%%/run/runner.log");
    expect(given).toContain('--signal=B:USR1@90');
  });

  test('is no more time than the partition allows, and word of its end in it', () => {
    const given = options({ ...ask, timeLimit: 30, partitionTime: 60 });
    expect(given).toContain('--time=1');
    expect(given).toContain('--signal=B:USR1@20');
  });

  test('is a word of its own for each resource', () => {
    const resources = { partition: 'main', memory: '512M', gpus: 'a100:2' };
    expect(options({ ...ask, timeLimit: 60, resources }).slice(-3)).toEqual([
      '--partition=main',
      '--mem=512M',
      '--gpus=a100:2'
    ]);
  });
});

test('strangers’ jobs in a listing do not make it unreadable', () => {
  const line = (id: string, name: string) =>
    `${id}|${name}|${name}|RUNNING|0|n1|N/A|2026-11-27T12:00:00|None|\n`;
  const read3 = read(
    line('7', 'a|b') + line('8_[1-4]', 'array') + line('9', ID)
  );
  expect(read3).toMatchObject({ kind: 'ok', jobs: [{ id: '9', name: ID }] });
});
