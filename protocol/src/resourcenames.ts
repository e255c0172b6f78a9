/**
 * What a run may ask of a target that shares its machines out, and nothing else:
 * the white list. Named as schedulers' users know them.
 */
export const RESOURCE_NAMES = [
  'partition',
  'account',
  'qos',
  'nodes',
  'tasks',
  'cpus',
  'memory',
  'gpus',
  'constraint',
  'reservation'
] as const;
