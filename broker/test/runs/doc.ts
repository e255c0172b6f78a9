import type { IRunDoc } from '../../src/runs/doc.ts';
import type { RunMachineEvent } from '../../src/runs/events.ts';

const ID = '01937c1e-0000-7000-8000-00000000c0de';

/** A run as `submit` makes it. */
export function newRun(more: Partial<IRunDoc> = {}): IRunDoc {
  return {
    id: ID,
    state: 'staged',
    spec: {
      label: null,
      notebook: {
        name: 'wave.ipynb',
        path: '/p/wave.ipynb',
        contentsPath: null
      },
      target: 'local',
      kernel: {
        name: 'python3',
        display_name: 'Python 3',
        language: 'python',
        argv: ['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
        env_names: [],
        resource_dir: null,
        interrupt_mode: 'signal'
      },
      language: 'python',
      prefix: 'FUNWAVE',
      parameters: [],
      outputs: [],
      timeLimit: 3600,
      filesMode: 'snapshot',
      root: '/p',
      cwd: '.',
      environment: {},
      python: '/usr/bin/python3',
      user: 'ada',
      deliverTo: '/p',
      configPath: [],
      rerunOf: null,
      grace: 10,
      outputCap: 1 << 26
    },
    folder: `/work/p/ada/${ID}`,
    lease: null,
    attempt: null,
    cancelled: false,
    failure: null,
    hostGone: false,
    folding: false,
    summary: null,
    delivery: null,
    reason: null,
    message: null,
    exitCode: null,
    signal: null,
    submittedAt: 1_000,
    startedAt: null,
    endedAt: null,
    closedAt: null,
    deleting: false,
    deleted: false,
    ...more
  };
}

export const JOB = { native: '4711', proof: { pid: 4711 }, waits: false };

export const SUCCEEDED = {
  outcome: 'succeeded',
  reason: null,
  message: null,
  exit_code: 0,
  signal: null,
  cells: 2,
  done: 2,
  failed_cell: null,
  ename: null,
  evalue: null,
  traceback: null,
  warnings: [],
  started_at: '2026-11-23T12:00:00Z',
  ended_at: '2026-11-23T12:01:00Z',
  output_sha256: null
} as const;

export const DELIVERED = {
  notebook: '/p/wave-runs/2026-11-23-0000c0de/wave.ipynb',
  folder: '/p/wave-runs/2026-11-23-0000c0de',
  sha256: 'ab',
  outputs: [],
  missing: [],
  problem: null
} as const;

export const LEASE = { id: 'lease', ready: false, closed: false };
export const submitted = (attempt = 1): RunMachineEvent => ({
  type: 'submitted',
  attempt,
  job: JOB,
  ticketHash: `ticket${attempt}`
});
export const permit = (attempt = 1, session = 's1'): RunMachineEvent => ({
  type: 'permit',
  attempt,
  ticketHash: `ticket${attempt}`,
  sessionHash: session
});
export const gone = (
  attempt = 1
): Extract<RunMachineEvent, { type: 'gone' }> => ({
  type: 'gone',
  attempt,
  exitCode: null,
  signal: 'SIGKILL',
  why: null,
  vanished: false
});
