import { join } from 'node:path';

import type { ResourceName, Resources } from '@jupyterlab-batch/protocol';

/** What is asked of Slurm for one attempt. */
export interface IAsk {
  /** `<run id>.<number>` */
  readonly attempt: string;
  /** the run folder */
  readonly folder: string;
  /** that starts the runner */
  readonly python: string;
  /** the folder of the travelling runner */
  readonly runner: string;
  /** seconds; Slurm counts in minutes */
  readonly timeLimit: number;
  /** seconds that the partition allows; null: no limit, or not known */
  readonly partitionTime: number | null;
  readonly resources: Resources;
}

/** Seconds before the end of its time in which a job is told to fold. */
const NOTICE = 90;
/** The runner keeps the run's limit itself; Slurm's is this much later, s. */
const MARGIN = 120;

/**
 * The script, for sbatch's stdin. Slurm keeps it and shows it to operators: it
 * names two paths and a number, and holds no value, no ticket and no secret.
 */
export function script({ python, runner, folder, attempt }: IAsk): string {
  const begin = join(runner, 'jupyterlab_batch', 'runner', 'begin.py');
  // -E -s: whatever the login environment holds, it is not ours
  const words = [python, '-E', '-s', begin, folder, numberOf(attempt)];
  return `#!/bin/sh\nexec ${words.map(quoted).join(' ')}\n`;
}

/** The options of sbatch; `--nodes` and the like have no short twin here. */
const OPTIONS: Readonly<Record<ResourceName, string>> = {
  partition: '--partition',
  account: '--account',
  qos: '--qos',
  nodes: '--nodes',
  tasks: '--ntasks',
  cpus: '--cpus-per-task',
  memory: '--mem',
  gpus: '--gpus',
  constraint: '--constraint',
  reservation: '--reservation'
};

/** Each a word of its own: what is in a value can be no second option. */
export function resourceOptions(resources: Resources): string[] {
  return (Object.keys(OPTIONS) as ResourceName[]).flatMap(name => {
    const text = resources[name];
    return text === undefined ? [] : [`${OPTIONS[name]}=${text}`];
  });
}

/** Seconds before the end in which a job is told: less where there is little time. */
const noticeOf = (seconds: number): number =>
  Math.min(NOTICE, Math.floor(seconds / 3));

/**
 * The longest run for a partition that allows jobs of so many seconds: the rest is
 * for its start, and for keeping what was computed. Null: no limit.
 */
export function mostTime(partition: number | null): number | null {
  return partition === null
    ? null
    : partition - noticeOf(partition) - Math.min(30, Math.floor(partition / 6));
}

/** The options: an attempt is known by its name, never by a number alone. */
export function options(ask: Omit<IAsk, 'python' | 'runner'>): string[] {
  const { attempt, folder, timeLimit, partitionTime, resources } = ask;
  const minutes = Math.min(
    Math.ceil((timeLimit + MARGIN + NOTICE) / 60),
    Math.max(1, Math.floor((partitionTime ?? Infinity) / 60))
  );
  return [
    '--parsable',
    `--job-name=${attempt}`,
    `--comment=${attempt}`,
    // a second try is an attempt of its own, with a ticket of its own
    '--no-requeue',
    '--export=NIL',
    '--chdir=/',
    `--output=${filename(join(folder, 'runner.log'))}`,
    '--open-mode=append',
    '--input=none',
    `--time=${minutes}`,
    // not SIGTERM, by which everybody else tells it to stop
    `--signal=B:USR1@${noticeOf(minutes * 60)}`,
    ...resourceOptions(resources)
  ];
}

/** Of an attempt among those of its run. */
export const numberOf = (attempt: string): string =>
  attempt.slice(attempt.lastIndexOf('.') + 1);

/** POSIX sh: a word that is one word, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Slurm replaces `%j` and the like in file names; `%%` stays a `%`. */
function filename(path: string): string {
  return path.replaceAll('%', '%%');
}
