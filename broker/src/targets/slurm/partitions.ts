import { secondsOf } from './amounts.ts';
import type { ICommands, Said } from './commands.ts';

/** A partition as the cluster itself tells of it. */
export interface IPartition {
  readonly name: string;
  readonly isDefault: boolean;
  /** it takes jobs and starts them */
  readonly up: boolean;
  /** that one job may have */
  readonly nodes: number;
  /** seconds; null: no limit */
  readonly time: number | null;
  /** of all its nodes */
  readonly allCpus: number;
  readonly allGpus: number;
  /** of its largest node; memory in MiB */
  readonly cpus: number;
  readonly memory: number;
  readonly gpus: number;
  readonly gpuTypes: readonly string[];
  readonly features: readonly string[];
  /** who may use it; null: everybody */
  readonly accounts: readonly string[] | null;
  readonly qos: readonly string[] | null;
}

export type Partitions =
  | { readonly kind: 'ok'; readonly partitions: readonly IPartition[] }
  | { readonly kind: 'silent'; readonly why: string };

/** Asks the cluster for all of them, in two questions at once. */
export async function ask(commands: ICommands): Promise<Partitions> {
  const said = await Promise.all([
    commands.run('scontrol', ['--oneliner', 'show', 'partition']),
    // nodes that are alike in one line, however many
    commands.run('sinfo', [
      '--noheader',
      '--exact',
      '--format=%R|%D|%c|%m|%G|%f'
    ])
  ]);
  const silent = said.find(({ kind }) => kind !== 'ok');
  return silent
    ? { kind: 'silent', why: whyOf(silent) }
    : read(said.map(each => (each.kind === 'ok' ? each.text : '')));
}

const whyOf = (said: Said): string =>
  said.kind === 'silent' ? said.why : said.kind === 'no' ? said.message : '';

interface INodes {
  readonly count: number;
  readonly cpus: number;
  readonly memory: number;
  readonly gpus: number;
  readonly gpuTypes: readonly string[];
  readonly features: readonly string[];
}

/** Reads both answers whole or not at all. */
export function read([shown, nodes]: readonly string[]): Partitions {
  const of = new Map<string, INodes[]>();
  for (const line of linesOf(nodes)) {
    const [name, count, cpus, memory, gres, ...features] = line.split('|');
    if (features.length !== 1 || !/^\d+$/.test(count)) {
      return { kind: 'silent', why: 'sinfo answered with something else' };
    }
    const gpus = gpusIn(gres);
    of.set(name, [
      ...(of.get(name) ?? []),
      {
        count: Number(count),
        cpus: parseInt(cpus, 10) || 0,
        memory: parseInt(memory, 10) || 0,
        gpus: gpus.reduce((sum, gpu) => sum + gpu.count, 0),
        gpuTypes: gpus.flatMap(({ type }) => type ?? []),
        features: list(features[0]) ?? []
      }
    ]);
  }
  const partitions: IPartition[] = [];
  for (const line of linesOf(shown)) {
    const fields = new Map(
      line.split(' ').map(part => {
        const [key, ...value] = part.split('=');
        return [key, value.join('=')] as const;
      })
    );
    const name = fields.get('PartitionName');
    if (name === undefined || !fields.has('State')) {
      return { kind: 'silent', why: 'scontrol answered with something else' };
    }
    partitions.push(partition(name, fields, of.get(name) ?? []));
  }
  return { kind: 'ok', partitions };
}

function partition(
  name: string,
  fields: ReadonlyMap<string, string>,
  nodes: readonly INodes[]
): IPartition {
  const number = (key: string): number | null => {
    const text = fields.get(key) ?? '';
    return /^\d+$/.test(text) ? Number(text) : null;
  };
  const most = (of: (each: INodes) => number) => Math.max(0, ...nodes.map(of));
  const all = (of: (each: INodes) => readonly string[]) =>
    [...new Set(nodes.flatMap(of))].toSorted();
  const there = number('TotalNodes') ?? 0;
  return {
    name,
    isDefault: fields.get('Default') === 'YES',
    up: fields.get('State') === 'UP',
    nodes: Math.min(number('MaxNodes') ?? there, there),
    time: secondsOf(fields.get('MaxTime') ?? ''),
    allCpus: number('TotalCPUs') ?? 0,
    allGpus: nodes.reduce((sum, each) => sum + each.count * each.gpus, 0),
    cpus: most(({ cpus }) => cpus),
    memory: most(({ memory }) => memory),
    gpus: most(({ gpus }) => gpus),
    gpuTypes: all(({ gpuTypes }) => gpuTypes),
    features: all(({ features }) => features),
    accounts: list(fields.get('AllowAccounts') ?? 'ALL'),
    qos: list(fields.get('AllowQos') ?? 'ALL')
  };
}

const linesOf = (text: string): string[] =>
  text.split('\n').filter(line => line.trim() !== '');

/** `a,b`; null for all of them and for none at all. */
function list(text: string): string[] | null {
  const found = text.split(',').map(word => word.trim());
  return ['ALL', '(null)', ''].includes(found[0]) ? null : found;
}

/** `gpu:a100:4(S:0-1),gpu:2,license:1` */
function gpusIn(gres: string): { type: string | null; count: number }[] {
  return [
    ...gres.matchAll(/(?:^|,)gpu(?::([A-Za-z][^:(,]*))?:(\d+)(?:\([^)]*\))?/g)
  ].map(([, type, count]) => ({ type: type ?? null, count: Number(count) }));
}
