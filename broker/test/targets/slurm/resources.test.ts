import type { Resources } from '@jupyterlab-batch/protocol';
import { describe, expect, test } from 'vitest';

import type { Standing } from '../../../src/targets/slurm/associations.ts';
import type { IPartition } from '../../../src/targets/slurm/partitions.ts';
import { weigh, type ISite } from '../../../src/targets/slurm/resources.ts';
import { resourceOptions } from '../../../src/targets/slurm/script.ts';
import { ANYTHING, MAIN } from './anything.ts';

const HOUR = 3600;
const gpu: IPartition = {
  ...MAIN,
  name: 'gpu',
  isDefault: false,
  up: false,
  time: HOUR,
  allGpus: 4,
  gpus: 2,
  gpuTypes: ['a100'],
  features: ['fast', 'ib'],
  accounts: ['lab', 'chem']
};
const NONE: Standing = { kind: 'none' };
const weighed = (
  wish: Resources,
  site: Partial<ISite> = {},
  known = true,
  standing = NONE
) =>
  weigh(
    known ? [MAIN, gpu] : null,
    { ...ANYTHING, ...site },
    wish,
    4 * HOUR,
    standing
  );
const codes = (...given: Parameters<typeof weighed>) =>
  weighed(...given)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ resource, code }) => `${resource}: ${code}`);
const field = (name: string, ...given: Parameters<typeof weighed>) =>
  weighed(...given).fields.find(each => each.name === name);

describe('a wish', () => {
  test('of nothing asks for nothing', () => {
    const { resources, problems, timeLimit } = weighed({});
    expect([resources, problems, timeLimit]).toEqual([{}, [], 4 * HOUR]);
  });

  test('is read, and kept in one form', () => {
    const wish = {
      partition: ' gpu ',
      nodes: '2',
      memory: '2 GiB',
      gpus: 'a100:2',
      constraint: '(fast|ib)&ib*2',
      account: 'lab',
      qos: '',
      reservation: 'course_2026'
    };
    const { resources, timeLimit } = weighed(wish);
    expect(codes(wish)).toEqual([]);
    expect(resources).toEqual({
      partition: 'gpu',
      nodes: '2',
      memory: '2048M',
      gpus: 'a100:2',
      constraint: '(fast|ib)&ib*2',
      account: 'lab',
      reservation: 'course_2026'
    });
    // an hour, less what is kept for start and end
    expect(timeLimit).toBe(HOUR - 120);
  });

  test.each<[Resources, string]>([
    [{ partition: 'nope' }, 'partition: resource_unavailable'],
    [{ nodes: '3' }, 'nodes: resource_unavailable'],
    [{ nodes: 'many' }, 'nodes: invalid_resource'],
    [{ nodes: '0' }, 'nodes: invalid_resource'],
    [{ tasks: '17' }, 'tasks: resource_unavailable'],
    [{ cpus: '9' }, 'cpus: resource_unavailable'],
    [{ memory: '4G' }, 'memory: resource_unavailable'],
    [{ memory: 'lots' }, 'memory: invalid_resource'],
    [{ gpus: '1' }, 'gpus: resource_unavailable'],
    [{ partition: 'gpu', gpus: 'h100:1' }, 'gpus: resource_unavailable'],
    [{ partition: 'gpu', gpus: '5' }, 'gpus: resource_unavailable'],
    [{ partition: 'gpu', account: 'bio' }, 'account: resource_unavailable'],
    [{ constraint: 'fast' }, 'constraint: resource_unavailable'],
    [{ constraint: 'a b' }, 'constraint: invalid_resource']
  ])('%j is refused: %s', (wish, problem) => {
    expect(codes(wish)).toEqual([problem]);
  });

  test('for a partition that is down is warned of', () => {
    expect(weighed({ partition: 'gpu' }).problems).toMatchObject([
      { severity: 'warning', resource: 'partition' }
    ]);
  });

  // each is one word of argv, and these are not even that
  test.each([
    'main\n#SBATCH --uid=0',
    '--uid=0',
    '-x',
    'a b',
    'main,other',
    '$(id)',
    "'",
    '\u0000',
    'ä'
  ])('cannot smuggle %j', text => {
    for (const known of [true, false]) {
      for (const name of [
        'partition',
        'account',
        'qos',
        'reservation'
      ] as const) {
        expect(codes({ [name]: text }, {}, known)).toEqual([
          `${name}: invalid_resource`
        ]);
        expect(resourceOptions(weighed({ [name]: text }).resources)).toEqual(
          []
        );
      }
      for (const name of ['nodes', 'memory', 'gpus', 'constraint'] as const) {
        const { resources } = weighed({ [name]: text }, {}, known);
        if (name !== 'constraint' || text !== 'main,other') {
          expect(resources).toEqual({});
        }
      }
    }
  });
});

describe('an operator', () => {
  test('lets runs go where he says, the first where nothing is said', () => {
    const site = { partitions: ['gpu'], accounts: ['chem', 'bio'] };
    expect(weighed({}, site).resources).toEqual({
      partition: 'gpu',
      account: 'chem'
    });
    expect(codes({ partition: 'main' }, site)).toEqual([
      'partition: resource_not_allowed'
    ]);
    expect(codes({ account: 'lab' }, site)).toEqual([
      'account: resource_not_allowed'
    ]);
    expect(field('partition', {}, site)?.choices.map(c => c.value)).toEqual([
      'gpu'
    ]);
    // of those the partition takes one
    expect(field('account', {}, site)?.choices.map(c => c.value)).toEqual([
      'chem'
    ]);
  });

  test('is obeyed too when the cluster does not answer', () => {
    const site = { partitions: ['gpu'], nodes: 1, gpus: 0 };
    expect(weighed({}, site, false).resources).toEqual({ partition: 'gpu' });
    expect(
      codes({ partition: 'main', nodes: '2', gpus: '1' }, site, false)
    ).toEqual([
      'partition: resource_not_allowed',
      'nodes: resource_not_allowed',
      'gpus: resource_not_allowed'
    ]);
  });

  test('sets limits below those of the cluster', () => {
    const site = { nodes: 1, memory: 1024, cpus: 100 };
    expect(codes({ nodes: '2', memory: '2G', cpus: '8' }, site)).toEqual([
      'nodes: resource_not_allowed',
      'memory: resource_not_allowed'
    ]);
    expect(field('nodes', {}, site)?.max).toBe(1);
    expect(field('cpus', {}, site)?.max).toBe(8);
  });

  test('may leave no choice of a thing at all', () => {
    expect(field('reservation', {}, { reservations: [] })).toBeUndefined();
    expect(codes({ reservation: 'x' }, { reservations: [] })).toEqual([
      'reservation: resource_not_allowed'
    ]);
  });
});

describe('fields', () => {
  test('follow the partition that is chosen', () => {
    expect(field('gpus', {})?.max).toBe(0);
    expect(field('gpus', { partition: 'gpu' })).toMatchObject({
      kind: 'gpus',
      max: 4,
      choices: [{ value: 'a100:1' }]
    });
    expect(field('account', {})?.kind).toBe('text');
    expect(field('account', { partition: 'gpu' })?.kind).toBe('choice');
  });

  test('say what each partition has', () => {
    expect(field('partition', {})).toMatchObject({
      kind: 'choice',
      default: 'main',
      choices: [
        { value: 'main', available: true, limits: { nodes: 2, time: null } },
        { value: 'gpu', available: false, limits: { gpus: 2, memory: 4000 } }
      ]
    });
  });

  test('are not there for what no node has', () => {
    const { fields } = weigh([MAIN], ANYTHING, {}, HOUR, NONE);
    const names = fields.map(({ name }) => name);
    expect(names).not.toContain('gpus');
    expect(names).not.toContain('constraint');
    expect(names).toContain('memory');
  });
});
