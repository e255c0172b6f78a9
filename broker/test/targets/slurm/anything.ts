import type { IPartition } from '../../../src/targets/slurm/partitions.ts';
import type { ISite } from '../../../src/targets/slurm/resources.ts';

/** An operator who limits nothing. */
export const ANYTHING: ISite = {
  partitions: null,
  accounts: null,
  qos: null,
  reservations: null,
  nodes: null,
  tasks: null,
  cpus: null,
  memory: null,
  gpus: null
};

/** Two small nodes, for everybody. */
export const MAIN: IPartition = {
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
  qos: null
};
