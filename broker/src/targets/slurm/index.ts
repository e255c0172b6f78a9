export { openCluster, type ICluster } from './cluster.ts';
export { commands } from './commands.ts';
export { Munge } from './munge.ts';
export { SlurmTarget } from './slurm-target.ts';
export { pack, unpack, type IPack } from './travelling.ts';
