import type { IResourceLimits, ITargetConfig } from './config.ts';
import { didYouMean } from './nearest.ts';
import type { Problems } from './problems.ts';
import { runtimeOf } from './runtime.ts';
import type { Target, TargetResources } from './schema.ts';
import { at, type IOrigin, type ITable } from './tree.ts';
import { duration, size } from './units.ts';
import { besides, defaultWork, expand } from './work.ts';

/** What this computer has to offer. */
export interface IMachineSize {
  readonly cores: number;
  /** bytes */
  readonly memory: number;
}

export interface ITargetContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** the data folder */
  readonly data: string;
  readonly machine: IMachineSize;
  /** gets the names of variables that the configuration depends on */
  readonly named: Set<string>;
  /** names in the file, also of those that have a problem of their own */
  readonly identityNames: readonly string[];
}

const MEMORY_PER_RUN = 2 * 2 ** 30;
const DAY = 86_400;
/** Keys that mean nothing to any other scheduler. */
const OF_SLURM = ['slurm_conf', 'munge', 'resources'] as const;
/** Names that mean something to a job of ours, or to the loader. */
const RESERVED = /^(?:JUPYTERLAB_BATCH_|LD_PRELOAD$|LD_AUDIT$)/;

export function defaultSlots({ cores, memory }: IMachineSize): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_PER_RUN)));
}

/** The target that is there without any configuration. */
export function localTarget({
  env,
  data,
  machine
}: Pick<ITargetContext, 'env' | 'data' | 'machine'>): ITargetConfig {
  return {
    name: 'local',
    scheduler: 'local',
    slots: defaultSlots(machine),
    timeLimit: DAY,
    work: defaultWork(env, data),
    identity: null,
    env: {},
    grace: 10,
    outputCap: 64 * 2 ** 20,
    runtime: null,
    slurmConf: null,
    munge: 'used',
    resources: resourceLimits({})
  };
}

/** One `[targets.NAME]`, with the defaults of what it does not say. */
export function targetOf(
  name: string,
  target: Target,
  table: ITable,
  context: ITargetContext,
  problems: Problems
): ITargetConfig {
  const path = ['targets', name];
  const refuse = (message: string, key?: keyof Target): void => {
    const origin = (key && table.entries.get(key)?.origin) ?? table.origin;
    const where = key ? [...path, key] : path;
    problems.add(`${where.join('.')}: ${message}`, at(origin), where);
  };
  const defaults = { ...localTarget(context), name };
  const slurm = target.scheduler === 'slurm';
  if (!table.entries.has('scheduler') && name !== 'local') {
    refuse(
      'scheduler is missing; set scheduler = "local", or "slurm" for a cluster.'
    );
  }
  for (const key of OF_SLURM.filter(each => target[each] !== undefined)) {
    if (!slurm) {
      refuse('this is only for scheduler = "slurm".', key);
    }
  }
  const memory = target.resources?.max_memory;
  if (memory !== undefined && !size(memory)) {
    refuse(
      `max_memory: ${JSON.stringify(memory)} is not a size; write it like "64GiB", above zero.`,
      'resources'
    );
  }
  if (
    target.identity !== undefined &&
    !context.identityNames.includes(target.identity)
  ) {
    refuse(
      `there is no [identities.${target.identity}]; ` +
        didYouMean(target.identity, context.identityNames),
      'identity'
    );
  }
  const seconds = (key: 'time_limit' | 'grace', least: number): number => {
    const given = target[key];
    const value = duration(given);
    if (given !== undefined && (value === null || value < least)) {
      refuse(
        `${JSON.stringify(given)} is not a duration; write it like "24h", "2h30m" or "45s"` +
          (least > 0 ? ', above zero.' : '.'),
        key
      );
    }
    return value ?? (key === 'grace' ? defaults.grace : defaults.timeLimit);
  };
  const outputCap = size(target.output_cap);
  if (target.output_cap !== undefined && !outputCap) {
    refuse(
      `${JSON.stringify(target.output_cap)} is not a size; write it like "64MiB", above zero.`,
      'output_cap'
    );
  }
  for (const variable of Object.keys(target.env ?? {})) {
    if (!/^[A-Za-z_]\w*$/.test(variable) || RESERVED.test(variable)) {
      refuse(
        `${JSON.stringify(variable)} cannot be set for jobs; choose another name.`,
        'env'
      );
    }
  }
  return {
    name,
    scheduler: slurm ? 'slurm' : 'local',
    slots: target.slots ?? (slurm ? null : defaults.slots),
    timeLimit: seconds('time_limit', 1),
    work: workOf(
      target.work,
      table.entries.get('work')?.origin,
      context,
      text => refuse(text, 'work')
    ),
    identity: target.identity ?? null,
    env: target.env ?? {},
    grace: seconds('grace', 0),
    outputCap: outputCap ?? defaults.outputCap,
    runtime: runtimeOf(
      target.runtime,
      table.entries.get('runtime')?.origin,
      context.env,
      context.named,
      text => refuse(text, 'runtime')
    ),
    slurmConf: confOf(target, table),
    munge: target.munge ?? defaults.munge,
    resources: resourceLimits(target.resources ?? {})
  };
}

function resourceLimits(given: TargetResources): IResourceLimits {
  const memory = size(given.max_memory);
  return {
    partitions: given.partitions ?? null,
    accounts: given.accounts ?? null,
    qos: given.qos ?? null,
    reservations: given.reservations ?? null,
    nodes: given.max_nodes ?? null,
    tasks: given.max_tasks ?? null,
    cpus: given.max_cpus ?? null,
    memory: memory === null ? null : Math.floor(memory / 2 ** 20),
    gpus: given.max_gpus ?? null
  };
}

function confOf({ slurm_conf }: Target, table: ITable): string | null {
  const origin = table.entries.get('slurm_conf')?.origin;
  return slurm_conf !== undefined && origin
    ? besides(slurm_conf, origin)
    : null;
}

function workOf(
  text: string | undefined,
  origin: IOrigin | undefined,
  { env, data, named }: ITargetContext,
  refuse: (message: string) => void
): string {
  if (text === undefined || origin === undefined) {
    return defaultWork(env, data);
  }
  const found = expand(text, env, named);
  if ('missing' in found) {
    refuse(
      `${JSON.stringify(text)} needs $${found.missing}, which is not set where ` +
        'the broker was started; set it, or name a folder.'
    );
    return defaultWork(env, data);
  }
  return besides(found.path, origin);
}
