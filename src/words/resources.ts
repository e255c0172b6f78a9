import {
  RESOURCE_NAMES,
  type ResourceChoice,
  type ResourceName,
  type Resources
} from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import { writeDuration } from './duration';
import { count } from './locale';

/** What a cluster's users call it. */
export function resourceName(
  trans: TranslationBundle,
  name: ResourceName
): string {
  return NAMES[name](trans);
}

const NAMES: Record<ResourceName, (trans: TranslationBundle) => string> = {
  partition: trans => trans.__('Partition'),
  account: trans => trans.__('Account'),
  qos: trans => trans.__('Quality of service'),
  nodes: trans => trans.__('Nodes'),
  tasks: trans => trans.__('Tasks'),
  cpus: trans => trans.__('CPUs per task'),
  memory: trans => trans.__('Memory per node'),
  gpus: trans => trans.__('GPUs'),
  constraint: trans => trans.__('Constraint'),
  reservation: trans => trans.__('Reservation')
};

/** What was asked for, one by one: `Partition: gpu`. */
export function resourceWords(
  trans: TranslationBundle,
  resources: Resources
): string[] {
  return RESOURCE_NAMES.flatMap(name => {
    const text = resources[name]?.trim();
    return text ? [trans.__('%1: %2', resourceName(trans, name), text)] : [];
  });
}

/** A partition with what it has: `gpu (3 nodes, 32 CPUs, 125 GiB, 4 GPUs)`. */
export function choiceWords(
  trans: TranslationBundle,
  { value, available, limits }: ResourceChoice
): string {
  const parts = limits
    ? [
        limits.nodes &&
          trans._n('%2 node', '%2 nodes', limits.nodes, count(limits.nodes)),
        limits.cpus &&
          trans._n('%2 CPU', '%2 CPUs', limits.cpus, count(limits.cpus)),
        limits.memory && memoryWords(limits.memory),
        limits.gpus &&
          trans._n('%2 GPU', '%2 GPUs', limits.gpus, count(limits.gpus)),
        limits.time && trans.__('at most %1', writeDuration(trans, limits.time))
      ]
    : [];
  const told = [...parts, available ? null : trans.__('starts no jobs now')];
  const words = told.filter(part => part).join(', ');
  return words === '' ? value : trans.__('%1 (%2)', value, words);
}

/** `4 GiB`, `4,000 MiB`. */
export function memoryWords(mib: number): string {
  return mib % 1024 === 0 ? `${count(mib / 1024)} GiB` : `${count(mib)} MiB`;
}
