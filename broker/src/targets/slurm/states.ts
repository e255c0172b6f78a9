import type { Reason } from '@jupyterlab-batch/protocol';

/** An end that the scheduler made, for the record and for people. */
export interface IEnding {
  readonly reason: Reason;
  readonly message: string;
}

/** What a word of Slurm's means for an attempt. */
export type Phase =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'running' }
  /** its processes are there, and do not go on; in words */
  | { readonly phase: 'paused'; readonly why: string }
  /** its end is decided: processes are told to go, or an epilog runs */
  | { readonly phase: 'leaving' }
  | {
      readonly phase: 'over';
      /** where Slurm knows better than an exit code does */
      readonly why: IEnding | null;
      /** the cluster ended it for reasons of its own: it may be tried again */
      readonly again: boolean;
    }
  /** a word that we do not know: changes nothing */
  | { readonly phase: 'unsure' };

const waiting: Phase = { phase: 'waiting' };
const running: Phase = { phase: 'running' };
const leaving: Phase = { phase: 'leaving' };
const paused = (why: string): Phase => ({ phase: 'paused', why });
const over = (why: IEnding | null, again = false): Phase => ({
  phase: 'over',
  why,
  again
});
const stopped = over({
  reason: 'user',
  message: 'The job was cancelled at the cluster, not from here.'
});
const late = over({
  reason: 'timeout',
  message:
    'The cluster ended the job at its time limit. Give the run more time (--time-limit).'
});
const lost = over(
  {
    reason: 'host_gone',
    message: 'A node of the job failed. Submit the run again.'
  },
  true
);

/** Every job state of squeue(1) and sacct(1), 20.11 to 24.11. */
export const PHASES: Readonly<Record<string, Phase>> = {
  PENDING: waiting,
  CONFIGURING: waiting,
  REQUEUED: waiting,
  REQUEUE_FED: waiting,
  REQUEUE_HOLD: waiting,
  RESV_DEL_HOLD: waiting,
  SPECIAL_EXIT: waiting,
  RUNNING: running,
  RESIZING: running,
  SIGNALING: running,
  SUSPENDED: paused('suspended by the cluster, which goes on with it later'),
  STOPPED: paused('stopped at the cluster: scontrol resume lets it go on'),
  COMPLETING: leaving,
  STAGE_OUT: leaving,
  COMPLETED: over(null),
  FAILED: over(null),
  // by us, by the user or by an administrator
  CANCELLED: stopped,
  REVOKED: stopped,
  TIMEOUT: late,
  DEADLINE: late,
  OUT_OF_MEMORY: over({
    reason: 'out_of_memory',
    message:
      'The job used more memory than it had asked the cluster for. Ask for more (--memory).'
  }),
  BOOT_FAIL: lost,
  NODE_FAIL: lost,
  PREEMPTED: over(
    {
      reason: 'runner_died',
      message:
        'The cluster stopped the job for one of higher priority. Submit the run again.'
    },
    true
  )
};

/** `CANCELLED by 1000` and `CANCELLED+` are CANCELLED. */
export function phaseOf(word: string): Phase {
  const bare = /^[A-Z_]+/.exec(word.trim().toUpperCase())?.[0] ?? '';
  return Object.hasOwn(PHASES, bare) ? PHASES[bare] : { phase: 'unsure' };
}

export interface IExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  // Slurm's own number for what the kernel killed because of its memory
  125: 'SIGKILL'
};

/** `3:0` of sacct and scontrol, or the raw wait status of squeue (768). */
export function exitOf(text: string): IExit {
  const pair = /^(\d+):(\d+)$/.exec(text.trim());
  const status = /^\d+$/.test(text.trim()) ? Number(text) : null;
  const [code, number] = pair
    ? [Number(pair[1]), Number(pair[2])]
    : status === null
      ? [null, 0]
      : [status >> 8, status & 0x7f];
  if (number !== 0) {
    return { exitCode: null, signal: SIGNALS[number] ?? `signal ${number}` };
  }
  return { exitCode: code, signal: null };
}

/**
 * `2026-11-27T14:20:00` in UTC as ms since the epoch; null for `N/A` and whatever
 * else is no time.
 */
export function timeOf(text: string): number | null {
  const word = text.trim();
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(word)
    ? Date.parse(`${word}Z`)
    : NaN;
  return Number.isNaN(time) ? null : time;
}
