import type { Resources } from '@jupyterlab-batch/protocol';

import { gpusOf, memoryOf, memoryWords } from './amounts.ts';

/**
 * Why a job waits, for people; null where Slurm's word says nothing to them. Pure.
 *
 * @param reason - of squeue
 * @param asked - for the job
 */
export function waitingFor(reason: string, asked: Resources): string | null {
  // `ReqNodeNotAvail, UnavailableNodes:n[1-2]`, `BeginTime)`
  const [word, nodes] = reason.trim().split(/, *UnavailableNodes:/);
  if (/^(None|)$/.test(word)) {
    return null;
  }
  if (word === 'Resources') {
    return `waiting for ${amountOf(asked)}`;
  }
  const said = Object.hasOwn(WAITS, word) ? WAITS[word] : limitOf(word);
  return said === null
    ? `Slurm says: ${reason.trim()}`
    : nodes
      ? `${said}: ${nodes}`
      : said;
}

/** `4 GPUs`, `2 nodes with 8 GiB each`: what is scarce comes first. */
function amountOf(asked: Resources): string {
  const gpus = gpusOf(asked.gpus ?? '');
  if (gpus) {
    const kind = gpus.type === null ? 'GPU' : `${gpus.type} GPU`;
    return many(gpus.count, kind);
  }
  const nodes = Number(asked.nodes ?? 1);
  const cpus = Number(asked.cpus ?? 1) * Number(asked.tasks ?? 1);
  const mib = memoryOf(asked.memory ?? '');
  const parts = [
    ...(nodes > 1 ? [many(nodes, 'node')] : []),
    ...(cpus > 1 ? [many(cpus, 'CPU')] : []),
    ...(mib === null
      ? []
      : [`${memoryWords(mib)}${nodes > 1 ? ' on each' : ''}`])
  ];
  return parts.length > 0 ? parts.join(', ') : 'a free node';
}

const many = (count: number, what: string): string =>
  count === 1 ? `a ${what}` : `${count} ${what}s`;

/** What a limit is of, in the words of `Assoc…` and `QOS…`. */
const OF: Readonly<Record<string, string>> = {
  cpu: 'as many CPUs',
  gres: 'as many GPUs',
  mem: 'as much memory',
  memory: 'as much memory',
  node: 'as many nodes',
  job: 'as many running jobs',
  submitjob: 'as many jobs in the queue',
  wall: 'as much time',
  wallduration: 'as much time',
  billing: 'as much of its budget',
  energy: 'as much energy',
  license: 'as many licences'
};
const LIMIT =
  /^(QOS|Assoc)(Grp|Max|Min)([a-z]+?)s?(?:Run)?(?:Minutes?)?(Per(?:User|Account|Job|Node))?(?:Limit|NotSatisfied)?$/i;

/** `QOSMaxGRESPerUser`, `AssocGrpCPUMinutesLimit`: one grammar, some hundred words. */
function limitOf(word: string): string | null {
  const whose = word.startsWith('QOS')
    ? 'its quality of service'
    : word.startsWith('Assoc')
      ? 'your account'
      : null;
  if (whose === null) {
    return null;
  }
  const [, , bound, what = '', per = ''] = LIMIT.exec(word) ?? [];
  const kind = what.toLowerCase();
  // a GRES is no plural
  const much = OF[kind] ?? OF[`${kind}s`] ?? null;
  switch (true) {
    case bound === 'Min':
      return `asks for less than ${whose} takes, and will never start`;
    case per === 'PerJob' || per === 'PerNode':
      return `asks for more than ${whose} lets a job have`;
    case much === null:
      return `held back by a limit of ${whose}`;
    case per === 'PerUser':
      return `you have ${much} as ${whose} lets a user have`;
    default:
      return `${whose} has ${much} as it may`;
  }
}

const WAITS: Readonly<Record<string, string>> = {
  Priority: 'other jobs come first',
  Dependency: 'waiting for another job',
  DependencyNeverSatisfied:
    'waiting for a job that will never end well, and will never start',
  BeginTime: 'not to start before its time',
  JobHeldUser: 'held by the user: scontrol release starts it',
  JobHeldAdmin: 'held by an administrator',
  PartitionTimeLimit:
    'asks for more time than its partition allows, and will never start',
  PartitionNodeLimit:
    'asks for more nodes than its partition has, and will never start',
  PartitionConfig: 'asks for what its partition does not have now',
  PartitionDown: 'its partition is down',
  PartitionInactive: 'its partition takes no jobs now',
  AccountNotAllowed: 'its partition does not take its account',
  QOSNotAllowed: 'its partition does not take its quality of service',
  ReqNodeNotAvail: 'the nodes it needs are down or reserved',
  NodeDown: 'a node it needs is down',
  BadConstraints: 'no node has what it asks for, and it will never start',
  Licenses: 'waiting for a licence',
  Reservation: 'waiting for its reservation',
  ReservationDeleted: 'its reservation was deleted, and it will never start',
  InvalidAccount: 'its account is not valid: ask the operators of the cluster',
  InvalidQOS: 'its quality of service is not valid',
  JobLaunchFailure: 'it could not be started, and is held',
  launch_failed_requeued_held: 'it could not be started, and is held',
  Cleaning: 'its last try is being cleared away',
  Prolog: 'its nodes are being prepared',
  NodesNotReady: 'its nodes are starting',
  PowerNotAvail: 'waiting for power',
  FrontEndDown: 'the front end of its nodes is down',
  MaxBillingPerAccount: 'your account has used up its budget',
  QOSUsageThreshold: 'its quality of service has been used too much',
  DeadLine: 'it cannot end before its deadline'
};
