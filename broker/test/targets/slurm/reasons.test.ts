import { expect, test } from 'vitest';

import { waitingFor } from '../../../src/targets/slurm/reasons.ts';

test.each([
  [{}, 'waiting for a free node'],
  [{ gpus: '4' }, 'waiting for 4 GPUs'],
  [{ gpus: '1', cpus: '8' }, 'waiting for a GPU'],
  [{ gpus: 'a100:2' }, 'waiting for 2 a100 GPUs'],
  [{ nodes: '3', memory: '8G' }, 'waiting for 3 nodes, 8 GiB on each'],
  [{ cpus: '2', tasks: '4' }, 'waiting for 8 CPUs'],
  [{ cpus: '1', nodes: '1' }, 'waiting for a free node'],
  [{ memory: '512M' }, 'waiting for 512 MiB']
])('a job that asks for %j is %j', (asked, words) => {
  expect(waitingFor('Resources', asked)).toBe(words);
});

test.each([
  ['None', null],
  [' ', null],
  ['Priority', 'other jobs come first'],
  ['PartitionTimeLimit', /never start/],
  ['BadConstraints', /never start/],
  [
    'ReqNodeNotAvail, UnavailableNodes:n[1-2]',
    'the nodes it needs are down or reserved: n[1-2]'
  ],
  ['QOSMaxJobsPerUserLimit', /^you have as many running jobs as its quality/],
  ['QOSMaxGRESPerUser', /^you have as many GPUs as its quality of service/],
  ['AssocMaxJobsLimit', 'your account has as many running jobs as it may'],
  ['AssocGrpCpuLimit', 'your account has as many CPUs as it may'],
  ['AssocGrpCPURunMinutesLimit', 'your account has as many CPUs as it may'],
  ['AssocGrpMemMinutes', 'your account has as much memory as it may'],
  ['AssocGrpSubmitJobsLimit', /as many jobs in the queue as it may$/],
  ['QOSGrpWallLimit', 'its quality of service has as much time as it may'],
  [
    'AssocMaxNodePerJobLimit',
    'asks for more than your account lets a job have'
  ],
  ['QOSMaxWallDurationPerJobLimit', /^asks for more than its quality/],
  ['QOSMinCpuNotSatisfied', /asks for less .* never start/],
  ['AssocGrpUnknown', 'held back by a limit of your account'],
  ['QOSTimeLimit', 'held back by a limit of its quality of service'],
  ['SomethingNew', 'Slurm says: SomethingNew'],
  ['constructor', 'Slurm says: constructor']
])('it waits for %j: %j', (reason, words) => {
  const told = waitingFor(reason, {});
  if (words instanceof RegExp) {
    expect(told).toMatch(words);
  } else {
    expect(told).toBe(words);
  }
});
