import { beforeEach, describe, expect, test } from 'vitest';

import type { Said } from '../../../src/targets/slurm/commands.ts';
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

describe('a job whose Python is not on its node', () => {
  test.each([
    [127, /could not start the Python of the run \(exit code 127\)/],
    [126, /exit code 126/],
    [1, null]
  ])('ends with %d', async (code, told) => {
    const job = await at.submitted();
    at.slurm.jobs[0] = {
      ...at.slurm.jobs[0],
      state: 'FAILED',
      exit: code << 8
    };
    const seen = await at.state(job);
    expect(seen).toMatchObject({
      state: 'gone',
      why:
        told === null
          ? null
          : {
              reason: 'runner_died',
              message: expect.stringMatching(told) as string
            }
    });
  });
});

describe('poll', () => {
  test('asks once for all, and no more often than its pace', async () => {
    const job = await at.submitted();
    const before = at.slurm.count('squeue');
    const many = new Map(
      Array.from({ length: 200 }, (_, n) => [`${RUN}.${n + 1}`, job])
    );
    at.now += 60_000;
    expect((await at.target.poll(many, CALM)).size).toBe(200);
    at.now += 1_000;
    // nothing was looked at anew, so nothing is said to have been seen
    expect((await at.target.poll(many, CALM)).size).toBe(0);
    expect(at.slurm.count('squeue') - before).toBe(1);
  });

  test('asks ever less often while nothing changes, and at once when it does', async () => {
    const job = await at.submitted();
    const jobs = new Map([[ID, job]]);
    const asked = async (seconds: number, attention = CALM) => {
      const before = at.slurm.count('squeue');
      for (let each = 0; each < seconds; each += 1) {
        at.now += 1_000;
        await at.target.poll(jobs, attention);
      }
      return at.slurm.count('squeue') - before;
    };
    expect(await asked(30)).toBeGreaterThan(4);
    await asked(120);
    expect(await asked(600)).toBe(10);
    expect(await asked(60, { leased: true, stirred: false })).toBe(12);
    await asked(120);
    expect(await asked(2, { leased: false, stirred: true })).toBe(1);
    await asked(300);
    jobs.set(`${RUN}.2`, job);
    expect(await asked(2)).toBe(1);
  });

  test('says nothing of a job that came after the look', async () => {
    const job = await at.submitted();
    await at.state(job);
    at.slurm.jobs = [];
    const other = `${RUN}.2`;
    const both = new Map([
      [ID, job],
      [other, job]
    ]);
    at.now += 1_000;
    expect(await at.target.poll(both, CALM)).toEqual(new Map());
    at.now += 1_000;
    expect((await at.target.poll(both, CALM)).get(other)?.state).toBe('absent');
  });

  test('says of a look that began before it was asked only what is there', async () => {
    const job = await at.submitted();
    const gone = `${RUN}.2`;
    await at.target.sweep('another', null);
    at.now += 500;
    const both = new Map([
      [ID, job],
      [gone, job]
    ]);
    const seen = await at.target.poll(both, CALM);
    expect([...seen.keys()]).toEqual([ID]);
  });

  test('takes a job that is listed twice for one', async () => {
    const job = await at.submitted();
    at.slurm.jobs[0].state = 'RUNNING';
    at.slurm.jobs.push(at.slurm.jobs[0]);
    expect((await at.state(job))?.state).toBe('running');
    expect(at.slurm.count('scancel')).toBe(0);
  });

  test('calls a job gone that has been about to go for two minutes', async () => {
    const job = await at.submitted();
    at.slurm.jobs[0].state = 'COMPLETING';
    expect((await at.state(job))?.state).toBe('running');
    expect((await at.state(job))?.state).toBe('running');
    expect(await at.state(job)).toMatchObject({ state: 'gone', why: null });
  });

  test('asks ever less often while nobody answers', async () => {
    const job = await at.submitted();
    at.slurm.instead = () => silent;
    const before = at.slurm.count('squeue');
    for (let second = 0; second < 600; second += 1) {
      at.now += 1_000;
      const seen = await at.target.poll(new Map([[ID, job]]), CALM);
      expect(seen.get(ID)?.state ?? 'unknown').toBe('unknown');
    }
    const asked = at.slurm.count('squeue') - before;
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(12);
  });

  const answers: [string, Said][] = [
    ['nothing', ok('')],
    ['garbage', ok('Segmentation fault\n')],
    ['half a line', ok(`1|${ID}|${ID}|COMPL`)],
    ['a complaint', { kind: 'ok', text: '', complaint: 'Invalid user' }],
    ['a refusal', { kind: 'no', message: 'no', code: 1 }]
  ];
  test.each(answers)('of %s ends no run', async (_, said) => {
    const job = await at.submitted();
    at.slurm.instead = () => said;
    expect((await at.state(job))?.state).toMatch(/^(unknown|absent)$/);
  });
});

describe('a claim', () => {
  test('waits for the scheduler to say that its job runs', async () => {
    const job = await at.submitted();
    const before = at.slurm.count('squeue');
    at.slurm.instead = name => {
      at.slurm.jobs[0].state =
        at.slurm.count(name) - before > 3 ? 'RUNNING' : 'PENDING';
      return null;
    };
    expect(await at.target.admits(CLAIM, job)).toEqual({ kind: 'yes' });
    expect(at.now).toBeLessThanOrEqual(4_000);
  });

  test.each(['PENDING', 'COMPLETING', 'SUSPENDED', 'STAGE_OUT', 'FAILED'])(
    'gets nothing for a job that is %s, after 15 s',
    async word => {
      const job = await at.submitted();
      at.slurm.jobs[0].state = word;
      expect((await at.target.admits(CLAIM, job)).kind).toBe('wait');
      expect(at.now).toBeGreaterThanOrEqual(14_000);
      expect(at.now).toBeLessThanOrEqual(16_000);
    }
  );

  test('of a twin gets nothing', async () => {
    const job = await at.submitted();
    at.slurm.jobs.push({ id: '2', name: ID, state: 'RUNNING' });
    expect((await at.target.admits(CLAIM, job)).kind).toBe('wait');
  });

  test('asks no more than once a second, however many wait', async () => {
    const job = await at.submitted();
    const before = at.slurm.count('squeue');
    await Promise.all(
      Array.from({ length: 50 }, () => at.target.admits(CLAIM, job))
    );
    const seconds = Math.floor(at.now / 1000);
    expect(at.slurm.count('squeue') - before).toBeLessThanOrEqual(seconds + 1);
  });
});

describe('a job that squeue has forgotten', () => {
  const sacct = (text: string) => {
    at.slurm.instead = name =>
      name === 'sacct' ? ok(text) : name === 'squeue' ? ok('') : null;
  };

  test('ended as the accounting says', async () => {
    const job = await at.submitted();
    sacct(`1|${ID}|OUT_OF_MEMORY|0:125\n`);
    expect(await at.state(job)).toMatchObject({
      state: 'gone',
      signal: 'SIGKILL',
      why: { reason: 'out_of_memory' }
    });
    const [asked] = at.slurm.calls.filter(([name]) => name === 'sacct');
    expect(asked).toContain('--jobs=1');
    expect(asked).toContain('--uid=1000');
  });

  test.each([
    ['another name', '1|stranger|FAILED|1:0\n'],
    ['another number', `2|${ID}|FAILED|1:0\n`],
    ['half a line', `1|${ID}|FAILED|1:0`],
    ['garbage', 'Segmentation fault\n'],
    ['one that runs', `1|${ID}|RUNNING|0:0\n`],
    ['nothing', '']
  ])('has no end by %s', async (_, text) => {
    const job = await at.submitted();
    sacct(text);
    expect(await at.state(job)).toEqual({ state: 'absent' });
  });

  test('is not asked for where there is no accounting', async () => {
    const job = await at.submitted();
    at.slurm.instead = name =>
      name === 'sacct'
        ? {
            kind: 'no',
            message: 'Slurm accounting storage is disabled',
            code: 1
          }
        : name === 'squeue'
          ? ok('')
          : null;
    for (let minute = 0; minute < 9; minute += 1) {
      expect(await at.state(job)).toEqual({ state: 'absent' });
    }
    expect(at.slurm.count('sacct')).toBe(1);
  });
});
