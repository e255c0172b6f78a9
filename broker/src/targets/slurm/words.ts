import type { ResourceName } from '@jupyterlab-batch/protocol';

/** A resource, in a sentence. */
export const WORDS: Readonly<Record<ResourceName, string>> = {
  partition: 'partition',
  account: 'account',
  qos: 'quality of service',
  nodes: 'number of nodes',
  tasks: 'number of tasks',
  cpus: 'number of CPUs',
  memory: 'memory',
  gpus: 'number of GPUs',
  constraint: 'constraint',
  reservation: 'reservation'
};

/** What is behind its number, and of what it is. */
export const UNITS: Readonly<Partial<Record<ResourceName, [string, string]>>> =
  {
    nodes: [' nodes', ' for a job'],
    tasks: [' CPUs for tasks', ''],
    cpus: [' CPUs', ' on a node'],
    memory: ['', ' on a node'],
    gpus: [' GPUs', '']
  };

export const takesOnly = (names: readonly string[]): string =>
  `Take ${names.length > 0 ? names.join(', or ') : 'none'}.`;

export const hasOnly = (names: readonly string[]): string =>
  names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.';
