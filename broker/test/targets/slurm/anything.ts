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
