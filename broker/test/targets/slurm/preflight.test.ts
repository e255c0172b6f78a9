import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import type { ICommands, Said } from '../../../src/targets/slurm/commands.ts';
import {
  kernelProblem,
  lookAt
} from '../../../src/targets/runtimes/interpreter.ts';
import { ClusterPreflight } from '../../../src/targets/slurm/preflight.ts';
import type { IWish } from '../../../src/targets/target.ts';
import { WORLD } from '../world.ts';
import { ANYTHING } from './anything.ts';

const PARTITIONS = `PartitionName=main AllowAccounts=ALL AllowQos=ALL Default=YES MaxNodes=UNLIMITED MaxTime=02:00:00 State=UP TotalCPUs=16 TotalNodes=2
PartitionName=shut AllowAccounts=ALL AllowQos=ALL Default=NO MaxNodes=UNLIMITED MaxTime=UNLIMITED State=DOWN TotalCPUs=16 TotalNodes=2
`;
const NODES = 'main|2|8|4000|(null)|(null)\nshut|2|8|4000|(null)|(null)\n';
const STARTS =
  'Job 7 to start at 2026-11-27T14:20:00 using 1 processors on nodes n1 in partition main';
const WISH: IWish = {
  resources: {},
  limit: 3600,
  timeLimit: null,
  python: null,
  runtime: null,
  trusted: false,
  kernel: null
};

/** A Slurm that judges as a test tells it to, or never answers at all. */
class JudgingSlurm implements ICommands {
  calls: string[][] = [];
  judgement: Said = { kind: 'ok', text: '', complaint: STARTS };
  dead = false;

  async run(name: string, args: readonly string[]): Promise<Said> {
    this.calls.push([name, ...args]);
    if (this.dead) {
      return new Promise(() => undefined);
    }
    const text = { scontrol: PARTITIONS, sinfo: NODES }[name];
    return Promise.resolve(
      text === undefined
        ? this.judgement
        : { kind: 'ok', text, complaint: null }
    );
  }

  get rehearsals(): string[][] {
    return this.calls.filter(([name]) => name === 'sbatch');
  }
}

function cluster() {
  const slurm = new JudgingSlurm();
  const time = { now: 0 };
  const preflight = new ClusterPreflight({
    commands: slurm,
    site: ANYTHING,
    runtimes: WORLD.runtimes,
    user: 'ann',
    clock: () => time.now
  });
  return { slurm, time, preflight };
}

describe('a look ahead', () => {
  test('tells when the cluster would start the run, and queues nothing', async () => {
    const { slurm, preflight } = cluster();
    const { startsAt, problems } = await preflight.look({
      ...WISH,
      resources: { nodes: '2' }
    });
    expect(new Date(startsAt ?? 0).toISOString()).toBe(
      '2026-11-27T14:20:00.000Z'
    );
    expect(problems).toEqual([]);
    expect(slurm.rehearsals).toHaveLength(1);
    expect(slurm.rehearsals[0]).toContain('--test-only');
    expect(slurm.rehearsals[0]).toContain('--nodes=2');
  });

  test('of the same is one question, for as long as its answer is new', async () => {
    const { slurm, time, preflight } = cluster();
    await Promise.all(Array.from({ length: 50 }, () => preflight.look(WISH)));
    expect(slurm.rehearsals).toHaveLength(1);
    await preflight.look({ ...WISH, timeLimit: 60 });
    expect(slurm.rehearsals).toHaveLength(2);
    time.now = 16_000;
    await preflight.look(WISH);
    expect(slurm.rehearsals).toHaveLength(3);
  });

  test('says what the cluster would refuse', async () => {
    const { slurm, preflight } = cluster();
    const message = 'allocation failure: Requested reservation is invalid';
    slurm.judgement = { kind: 'no', message, code: 1 };
    const { problems, startsAt } = await preflight.look(WISH);
    expect(startsAt).toBeNull();
    expect(problems).toMatchObject([
      {
        code: 'target_refused',
        severity: 'error',
        message: expect.stringMatching(
          /refuse the run: Requested reservation is invalid\./
        ) as string
      }
    ]);
  });

  test('does not bother the cluster with what cannot be had', async () => {
    const { slurm, preflight } = cluster();
    await preflight.look({ ...WISH, resources: { nodes: '3' } });
    await preflight.look({ ...WISH, timeLimit: 7200 });
    expect(slurm.rehearsals).toHaveLength(0);
  });

  test('promises no start in a partition that is down', async () => {
    const { preflight } = cluster();
    const resources = { partition: 'shut' };
    const { startsAt, problems } = await preflight.look({ ...WISH, resources });
    expect(startsAt).toBeNull();
    expect(problems).toMatchObject([{ severity: 'warning' }]);
  });

  test('of a cluster that never answers is over soon, and forbids nothing', async () => {
    const { slurm, preflight } = cluster();
    slurm.dead = true;
    const { problems, fields } = await preflight.look(WISH);
    expect(problems).toMatchObject([
      { code: 'target_unreachable', severity: 'warning' }
    ]);
    expect(fields.map(({ name }) => name)).toContain('partition');
  }, 10_000);
});

test('accounting that never answers is told of, and forbids nothing', async () => {
  const slurm = new JudgingSlurm();
  const config = 'AccountingStorageType = accounting_storage/slurmdbd\n';
  const slow: ICommands = {
    run: (name, args) =>
      name === 'sacctmgr'
        ? new Promise(() => undefined)
        : args.includes('config')
          ? Promise.resolve({ kind: 'ok', text: config, complaint: null })
          : slurm.run(name, args)
  };
  const preflight = new ClusterPreflight({
    commands: slow,
    site: ANYTHING,
    runtimes: WORLD.runtimes,
    user: 'ann',
    clock: () => 0
  });
  const resources = { account: 'any' };
  const { problems, startsAt } = await preflight.look({ ...WISH, resources });
  expect(problems).toMatchObject([
    {
      severity: 'warning',
      message: expect.stringMatching(/no answer in 4 s\): any/) as string
    }
  ]);
  expect(startsAt).not.toBeNull();
}, 10_000);

describe('what a run would be started with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jlb-python-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const script = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  };

  test.each<[string, string, RegExp | null]>([
    ['is well', 'echo 3 9 1 True', null],
    ['is too old', 'echo 3 8 1 True', /3\.8; a run needs 3\.9 or newer/],
    ['has no ipykernel', 'echo 3 12 0 False', /-m pip install ipykernel/],
    ['is no Python', 'echo hello', /is no Python/],
    ['does not start', 'exit 3', /does not start/]
  ])('%s', async (name, text, expected) => {
    const told = await lookAt(script(name, text));
    if (expected === null) {
      expect(told).toEqual({ kind: 'ok', version: '3.9.1' });
    } else {
      expect(told.kind === 'wrong' ? told.message : '').toMatch(expected);
    }
  });

  test('is gone', async () => {
    const gone = join(folder, 'gone');
    expect(await lookAt(gone)).toMatchObject({
      kind: 'wrong',
      message: expect.stringMatching(/is not there any more/) as string
    });
    symlinkSync(gone, join(folder, 'dangling'));
    const dangling = [join(folder, 'dangling'), '-m', 'ipykernel_launcher'];
    const wrong = await kernelProblem('k', dangling);
    expect(wrong?.message).toMatch(
      /The kernel k starts .*, which is not there/
    );
    expect(wrong?.sure).toBe(true);
    expect(await kernelProblem('k', [script('kernel', 'true')])).toBeNull();
    expect(await kernelProblem('k', ['bash', '-m', 'nothing'])).toBeNull();
  });

  test.each<[string, string[], RegExp | null]>([
    ['has its module', ['-m', 'json.tool', '-f', '{connection_file}'], null],
    [
      'has none',
      ['-m', 'no_kernel'],
      /the module no_kernel, which .*\/python3 /
    ],
    ['has flags', ['-Xfrozen_modules=off', '-m', 'no_kernel'], /no_kernel/],
    ['takes no module', ['-c', 'print()', '-m', 'no_kernel'], null],
    ['names something else', ['-m', '../x'], null]
  ])('a kernel %s', async (_, words, expected) => {
    const wrong = await kernelProblem('k', ['/usr/bin/python3', ...words]);
    expect(wrong?.sure ?? null).toBe(expected === null ? null : false);
    expect(wrong?.message ?? '').toMatch(expected ?? /^$/);
  });

  test('is named before anything is queued', async () => {
    const { slurm, preflight } = cluster();
    const { problems } = await preflight.look({
      ...WISH,
      python: '/nowhere/python',
      kernel: { name: 'mine', argv: ['/nowhere/kernel'] }
    });
    expect(problems.map(({ code }) => code)).toEqual([
      'unusable_python',
      'unknown_kernel'
    ]);
    expect(slurm.rehearsals).toHaveLength(0);
  });
});
