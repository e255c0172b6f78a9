export { openCluster, type ICluster } from './cluster.ts';
export { commands } from './commands.ts';
export { Munge } from './munge.ts';
export { SlurmTarget } from './slurm-target.ts';
