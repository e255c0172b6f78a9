import { join } from 'node:path';

/** What is asked of Slurm for one attempt. */
export interface IAsk {
  /** `<run id>.<number>` */
  readonly attempt: string;
  /** the run folder */
  readonly folder: string;
  readonly python: string;
  /** the folder of the travelling runner */
  readonly runner: string;
  /** seconds; Slurm counts in minutes */
  readonly timeLimit: number;
}

/** Seconds before the end of its time in which a job is told to fold. */
const NOTICE = 90;
/** The runner keeps the run's limit itself; Slurm's is this much later, s. */
const MARGIN = 120;

/**
 * The script, for sbatch's stdin. Slurm keeps it and shows it to operators: it
 * names two paths and holds no value, no ticket and no secret.
 */
export function script({ python, runner, folder }: IAsk): string {
  const begin = join(runner, 'jupyterlab_batch', 'runner', 'begin.py');
  // -E -s: whatever the login environment holds, it is not ours
  const words = [python, '-E', '-s', begin, folder].map(quoted).join(' ');
  return `#!/bin/sh\nexec ${words}\n`;
}

/** The options: an attempt is known by its name, never by a number alone. */
export function options({ attempt, folder, timeLimit }: IAsk): string[] {
  const minutes = Math.ceil((timeLimit + MARGIN + NOTICE) / 60);
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
    `--signal=B:TERM@${NOTICE}`
  ];
}

/** POSIX sh: a word that is one word, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Slurm replaces `%j` and the like in file names; `%%` stays a `%`. */
function filename(path: string): string {
  return path.replaceAll('%', '%%');
}
