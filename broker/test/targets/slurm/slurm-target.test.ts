import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import type { ICommands, Said } from '../../../src/targets/slurm/commands.ts';
import { read } from '../../../src/targets/slurm/queue.ts';
import { options, script } from '../../../src/targets/slurm/script.ts';
import { SlurmTarget } from '../../../src/targets/slurm/slurm-target.ts';
import type { IAttempt } from '../../../src/targets/target.ts';
import { ANYTHING } from './anything.ts';

const RUN = '01234567-89ab-7cde-8f01-23456789abcd';
const ID = `${RUN}.1`;
const PERIOD = 60_000;

interface IJobLine {
  id: string;
  name: string;
  comment?: string;
  state: string;
}

const silent: Said = { kind: 'silent', why: 'Unable to contact slurmctld' };
const ok = (text: string): Said => ({ kind: 'ok', text, complaint: null });

/** A Slurm with a list of jobs, and one bad behaviour that a test gives it. */
class ScriptedSlurm implements ICommands {
  jobs: IJobLine[] = [];
  calls: string[][] = [];
  next = 1;
  /** in place of its answer; it may have done what was asked */
  instead: (name: string) => Said | null = () => null;

  async run(name: string, args: readonly string[], stdin = ''): Promise<Said> {
    this.calls.push([name, ...args]);
    if (name === 'sbatch') {
      expect(stdin).toMatch(/^#!\/bin\/sh\n/);
      const of = args.find(arg => arg.startsWith('--job-name='))?.slice(11);
      this.jobs.push({ id: `${this.next}`, name: of ?? '', state: 'PENDING' });
      this.next += 1;
    }
    if (name === 'scancel') {
      const [wanted, number] = [args[0].slice(7), args.at(-1)];
      for (const job of this.jobs) {
        if (job.id === number && job.name === wanted) {
          job.state = 'CANCELLED';
        }
      }
    }
    const answer = this.instead(name);
    return Promise.resolve(
      answer ?? ok(name === 'squeue' ? this.#list(args) : '1\n')
    );
  }

  count(name: string): number {
    return this.calls.filter(([command]) => command === name).length;
  }

  #list(args: readonly string[]): string {
    const name = args.find(arg => arg.startsWith('--name='))?.slice(7);
    return this.jobs
      .filter(job => name === undefined || job.name === name)
      .map(
        job =>
          `${job.id}|${job.name}|${job.comment ?? job.name}|${job.state}|0|n1|N/A|None|\n`
      )
      .join('');
  }
}

let folder = '';
let now = 0;
let slurm = new ScriptedSlurm();
let target: SlurmTarget;
let attempt: IAttempt;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jlb-slurm-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  slurm = new ScriptedSlurm();
  now = 0;
  target = new SlurmTarget({
    name: 'cluster',
    slots: null,
    uid: 1000,
    commands: slurm,
    runner: () => Promise.resolve('/work/runner'),
    clock: () => now,
    site: ANYTHING
  });
  attempt = {
    id: ID,
    run: RUN,
    number: 1,
    folder,
    python: '/opt/it is/python',
    environment: { LANG: 'C', NAME: "it's" },
    timeLimit: 3600,
    resources: {}
  };
});

async function submitted() {
  const result = await target.submit(attempt);
  if (result.kind !== 'ok') {
    throw new Error(result.kind);
  }
  return result.job;
}

const state = async (job: Awaited<ReturnType<typeof submitted>>) => {
  now += PERIOD;
  return (await target.poll(new Map([[ID, job]]))).get(ID);
};

describe('submit', () => {
  test('asks once, also when it is asked again', async () => {
    const job = await submitted();
    expect(job).toMatchObject({ native: '1', waits: true });
    expect(await submitted()).toEqual(job);
    expect(slurm.count('sbatch')).toBe(1);
  });

  test('believes what is there when sbatch stays silent after it did it', async () => {
    slurm.instead = name => (name === 'sbatch' ? silent : null);
    expect((await submitted()).native).toBe('1');
  });

  test('tries again where nobody answers, and makes no second job', async () => {
    slurm.instead = () => silent;
    expect((await target.submit(attempt)).kind).toBe('retry');
    expect(slurm.count('sbatch')).toBe(0);
    // taken, and then the controller went
    slurm.instead = () => (slurm.count('sbatch') > 0 ? silent : null);
    expect((await target.submit(attempt)).kind).toBe('retry');
    slurm.instead = () => null;
    expect((await submitted()).native).toBe('1');
    expect(slurm.jobs.length).toBe(1);
  });

  test('passes on what Slurm refuses', async () => {
    slurm.instead = name =>
      name === 'sbatch' ? { kind: 'no', message: 'invalid partition' } : null;
    expect(await target.submit(attempt)).toEqual({
      kind: 'refused',
      message: 'Slurm refused the job: invalid partition'
    });
  });

  test('lays the environment out for its owner alone', async () => {
    await submitted();
    const path = join(folder, 'environment.json');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(
      attempt.environment
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(slurm.calls)).not.toContain("it's");
  });
});

test('a ticket is kept for its attempt, 0600, until it is over', async () => {
  const first = await target.ticket(attempt);
  const path = join(folder, 'ticket');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await target.ticket(attempt)).fits(first.hash())).toBe(true);
  const second = await target.ticket({ ...attempt, number: 2 });
  expect(second.fits(first.hash())).toBe(false);
  expect(await readFile(path, 'utf8')).toBe(`${second.reveal()} 2\n`);
  await target.sweep(RUN, await submitted());
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

describe('identity', () => {
  test('a number that is a stranger’s is neither seen nor touched', async () => {
    const job = await submitted();
    const stranger = { id: '1', name: 'his', comment: 'his', state: 'RUNNING' };
    slurm.jobs = [stranger];
    expect(await state(job)).toEqual({ state: 'absent' });
    expect(await target.runs(ID, job)).toBe(false);
    await target.cancel(ID);
    expect(await target.sweep(RUN, job)).toBe(0);
    expect(stranger.state).toBe('RUNNING');
    expect(slurm.count('scancel')).toBe(0);
  });

  test('a name alone is not enough either', async () => {
    const job = await submitted();
    slurm.jobs = [{ id: '1', name: ID, comment: '', state: 'RUNNING' }];
    expect(await state(job)).toEqual({ state: 'absent' });
  });

  test('each act names number, name and user', async () => {
    const job = await submitted();
    slurm.jobs[0].state = 'RUNNING';
    await target.cancel(ID);
    await target.sweep(RUN, job);
    const acts = slurm.calls.filter(([command]) => command === 'scancel');
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

  test('of two jobs of one attempt the committed one stays', async () => {
    const job = await submitted();
    slurm.jobs.push({ id: '2', name: ID, state: 'PENDING' });
    slurm.jobs[0].state = 'RUNNING';
    expect(await state(job)).toEqual({ state: 'running' });
    expect(slurm.jobs.map(each => each.state)).toEqual([
      'RUNNING',
      'CANCELLED'
    ]);
  });
});

describe('poll', () => {
  test('asks once for all, and no more often than its pace', async () => {
    const job = await submitted();
    const before = slurm.count('squeue');
    const many = new Map(
      Array.from({ length: 200 }, (_, n) => [`${RUN}.${n + 1}`, job])
    );
    now += PERIOD;
    await Promise.all([target.poll(many), target.poll(many)]);
    now += 1_000;
    expect((await target.poll(many)).size).toBe(200);
    expect(slurm.count('squeue') - before).toBe(1);
  });

  test('asks ever less often while nobody answers', async () => {
    const job = await submitted();
    slurm.instead = () => silent;
    const before = slurm.count('squeue');
    for (let second = 0; second < 600; second += 1) {
      now += 1_000;
      const seen = await target.poll(new Map([[ID, job]]));
      expect(seen.get(ID)?.state).toBe('unknown');
    }
    const asked = slurm.count('squeue') - before;
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(12);
  });

  const answers: [string, Said][] = [
    ['nothing', ok('')],
    ['garbage', ok('Segmentation fault\n')],
    ['half a line', ok(`1|${ID}|${ID}|COMPL`)],
    ['a complaint', { kind: 'ok', text: '', complaint: 'Invalid user' }],
    ['a refusal', { kind: 'no', message: 'no' }]
  ];
  test.each(answers)('of %s ends no run', async (_, said) => {
    const job = await submitted();
    slurm.instead = () => said;
    expect((await state(job))?.state).toMatch(/^(unknown|absent)$/);
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

  test('are two paths, quoted', () => {
    expect(script({ ...ask, timeLimit: 60 })).toBe(
      "#!/bin/sh\nexec '/opt/py thon' '-E' '-s' " +
        "'/work/$(id)/runner/jupyterlab_batch/runner/begin.py' " +
        String.raw`'/work/it'\''s 100%/run'` +
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
    expect(given).toContain('--signal=B:TERM@90');
  });

  test('is no more time than the partition allows, and word of its end in it', () => {
    const given = options({ ...ask, timeLimit: 30, partitionTime: 60 });
    expect(given).toContain('--time=1');
    expect(given).toContain('--signal=B:TERM@20');
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
    `${id}|${name}|${name}|RUNNING|0|n1|N/A|None|\n`;
  const read3 = read(
    line('7', 'a|b') + line('8_[1-4]', 'array') + line('9', ID)
  );
  expect(read3).toMatchObject({ kind: 'ok', jobs: [{ id: '9', name: ID }] });
});
