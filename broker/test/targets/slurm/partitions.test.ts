import { describe, expect, test } from 'vitest';

import type { ICommands, Said } from '../../../src/targets/slurm/commands.ts';
import {
  gpusOf,
  memoryOf,
  memoryWords,
  secondsOf
} from '../../../src/targets/slurm/amounts.ts';
import { read } from '../../../src/targets/slurm/partitions.ts';
import { ClusterPreflight } from '../../../src/targets/slurm/preflight.ts';
import { WORLD } from '../world.ts';
import { ANYTHING } from './anything.ts';

// of Slurm 22.05, shortened
const SHOWN = `PartitionName=main AllowGroups=ALL AllowAccounts=ALL AllowQos=normal,long Default=YES MaxNodes=UNLIMITED MaxTime=UNLIMITED Nodes=n[1-2] State=UP TotalCPUs=16 TotalNodes=2 JobDefaults=(null)
PartitionName=gpu AllowGroups=ALL AllowAccounts=lab,chem AllowQos=ALL Default=NO MaxNodes=1 MaxTime=1-12:00:00 Nodes=g[1-3] State=DOWN TotalCPUs=96 TotalNodes=3 JobDefaults=(null)
`;
const NODES = `main|2|8|4000|(null)|(null)
gpu|2|32|128000|gpu:a100:4(S:0-1),license:1|fast,ib
gpu|1|32+|64000+|gpu:v100:2|ib
`;

describe('what a cluster tells', () => {
  test('is read with both its answers', () => {
    expect(read([SHOWN, NODES])).toEqual({
      kind: 'ok',
      partitions: [
        {
          name: 'main',
          isDefault: true,
          up: true,
          nodes: 2,
          time: null,
          allCpus: 16,
          allGpus: 0,
          cpus: 8,
          memory: 4000,
          gpus: 0,
          gpuTypes: [],
          features: [],
          accounts: null,
          qos: ['normal', 'long']
        },
        {
          name: 'gpu',
          isDefault: false,
          up: false,
          nodes: 1,
          time: 129_600,
          allCpus: 96,
          allGpus: 10,
          cpus: 32,
          memory: 128_000,
          gpus: 4,
          gpuTypes: ['a100', 'v100'],
          features: ['fast', 'ib'],
          accounts: ['lab', 'chem'],
          qos: null
        }
      ]
    });
  });

  test.each([
    ['garbage for partitions', ['slurm says hello\n', NODES]],
    ['garbage for nodes', [SHOWN, 'main and so on\n']],
    ['half a line', [SHOWN, 'main|2|8']]
  ])('is nothing where it is %s', (_, said) => {
    expect(read(said).kind).toBe('silent');
  });
});

/** A cluster that counts how often it is asked, and does not always answer. */
class CountingSlurm implements ICommands {
  asked = 0;
  silent = false;

  async run(name: string): Promise<Said> {
    this.asked += 1;
    const text = name === 'sinfo' ? NODES : SHOWN;
    return Promise.resolve(
      this.silent
        ? { kind: 'silent', why: 'nobody there' }
        : { kind: 'ok', text, complaint: null }
    );
  }
}

test('a hundred questions within a minute are one', async () => {
  const slurm = new CountingSlurm();
  let now = 0;
  const table = new ClusterPreflight({
    commands: slurm,
    site: ANYTHING,
    runtimes: WORLD.runtimes,
    user: 'ann',
    clock: () => now
  });
  await Promise.all(Array.from({ length: 100 }, () => table.partitions()));
  now = 59_000;
  await table.partitions();
  expect(slurm.asked).toBe(2); // scontrol and sinfo
  now = 61_000;
  slurm.silent = true;
  expect((await table.partitions()).kind).toBe('silent');
  slurm.silent = false;
  // not kept for long
  now = 67_000;
  expect((await table.partitions()).kind).toBe('ok');
});

test.each([
  ['4G', 4096],
  ['4 GiB', 4096],
  ['1.5g', 1536],
  ['512M', 512],
  ['512', 512],
  ['1024K', 1],
  ['0', null],
  ['4 apples', null],
  ['-4G', null],
  ['4G\n', null],
  ['', null]
])('memory of %j is %j MiB', (text, mib) => {
  expect(memoryOf(text)).toBe(mib);
  expect(mib === null || memoryOf(memoryWords(mib)) === mib).toBe(true);
});

test.each([
  ['2', { type: null, count: 2 }],
  ['a100:2', { type: 'a100', count: 2 }],
  ['0', null],
  ['a100', null],
  ['2 --uid=0', null]
])('GPUs of %j are %j', (text, gpus) => {
  expect(gpusOf(text)).toEqual(gpus);
});

test.each([
  ['00:01:00', 60],
  ['1:00', 60],
  ['2-00:00:00', 172_800],
  ['UNLIMITED', null],
  ['', null]
])('time of %j is %j s', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});
