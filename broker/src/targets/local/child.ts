import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, lstat, open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

import type { Secret } from '../../secrets/secret.ts';
import type { IAttempt, Observation } from '../target.ts';
import type { IProcess, IProcessTable } from './processes.ts';

export const RUN_MARK = 'JUPYTERLAB_BATCH_RUN';
export const ATTEMPT_MARK = 'JUPYTERLAB_BATCH_ATTEMPT';

const LOG = 'runner.log';

export type Command = (attempt: IAttempt) => readonly string[];

/** The runner of the package, in the submitter's own Python. */
export const runner: Command = ({ python, runtime, folder }) => [
  python,
  // PYTHONPATH is for the kernel then, and holds less than we need
  ...(runtime === null ? [] : ['-E']),
  '-m',
  'jupyterlab_batch.runner',
  folder
];

export type Started =
  | { readonly kind: 'ok'; readonly child: Child }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'retry'; readonly why: string };

/** Passing shortages: the same start may succeed in a moment. */
const SHORTAGES = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ETXTBSY']);

/** A runner that this broker started itself. */
export class Child {
  readonly run: string;
  readonly process: IProcess;
  /** Resolves with the real end, exit code and signal. */
  readonly ended: Promise<Observation>;
  readonly #child: ChildProcess;
  #armed = false;
  #end: Observation | null = null;

  constructor(run: string, child: ChildProcess, process: IProcess) {
    this.run = run;
    this.#child = child;
    this.process = process;
    child.stdin?.on('error', () => undefined); // it may leave without listening
    this.ended = new Promise(resolve => {
      child.on('exit', (exitCode, signal) => {
        this.#end = { state: 'gone', exitCode, signal, why: null };
        resolve(this.#end);
      });
    });
  }

  get observation(): Observation {
    return this.#end ?? { state: 'running' };
  }

  /** Writes the ticket as the one line there will be. False: it cannot be read any more. */
  async arm(ticket: Secret): Promise<boolean> {
    const { stdin } = this.#child;
    if (this.#armed || this.#end !== null || stdin === null) {
      return this.#armed && this.#end === null;
    }
    this.#armed = true;
    return new Promise(resolve => {
      stdin.once('error', () => resolve(false));
      stdin.end(`${ticket.reveal()}\n`, () => resolve(this.#end === null));
    });
  }

  /**
   * Signals it. What has not been reaped keeps its pid, so this needs no proof,
   * and works where /proc hides a runner that is not dumpable (hidepid).
   *
   * @returns false when it has ended
   */
  kill(name: NodeJS.Signals): boolean {
    return this.#end === null && this.#child.kill(name);
  }
}

/** Starts an attempt in a session of its own, waiting for its ticket. */
export async function start(
  attempt: IAttempt,
  command: Command,
  table: IProcessTable
): Promise<Started> {
  const unfit = await check(attempt);
  if (unfit !== null) {
    return { kind: 'refused', message: unfit };
  }
  const path = join(attempt.folder, LOG);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  let log;
  try {
    const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW;
    log = await open(path, flags, 0o600);
  } catch (error) {
    return failed(error, path);
  }
  try {
    return await launch(attempt, command, table, log.fd);
  } catch (error) {
    return failed(error, attempt.python);
  } finally {
    await log.close();
  }
}

/** Whether something was started in this folder before: the log comes first. */
export async function wasStarted(attempt: IAttempt): Promise<boolean> {
  const log = join(attempt.folder, LOG);
  return lstat(log).then(
    () => true,
    () => false
  );
}

async function launch(
  attempt: IAttempt,
  command: Command,
  table: IProcessTable,
  log: number
): Promise<Started> {
  const [file = attempt.python, ...args] = command(attempt);
  // RLIMIT_CORE is 0 already: the launcher sets it and children inherit it. The
  // umask is the process's own, but the fork happens inside this call.
  const umask = process.umask(0o077);
  let child;
  try {
    child = spawn(file, args, {
      cwd: '/',
      detached: true, // setsid: no terminal, no signal of ours reaches it
      stdio: ['pipe', log, log],
      env: {
        ...attempt.environment,
        [RUN_MARK]: attempt.run,
        [ATTEMPT_MARK]: attempt.id
      }
    });
  } finally {
    process.umask(umask);
  }
  if (child.pid === undefined) {
    const error = await new Promise(resolve => child.once('error', resolve));
    return failed(error, file);
  }
  child.on('error', () => undefined);
  child.unref(); // the broker's idling out does not wait for it
  // Before the loop turns nobody can have reaped it, so /proc still has it.
  const seen = table.look(child.pid);
  const known =
    seen.kind === 'alive' ? seen.process : { pid: child.pid, start: 'unseen' };
  return { kind: 'ok', child: new Child(attempt.run, child, known) };
}

async function check(attempt: IAttempt): Promise<string | null> {
  const { python } = attempt;
  if (!isAbsolute(python)) {
    return `The Python of this run, ${python}, is not an absolute path. Submit it again.`;
  }
  try {
    await access(python, constants.X_OK);
    return null;
  } catch {
    return (
      `The Python that this run was submitted with, ${python}, is not there ` +
      'or may not be executed. Was its environment removed? Submit the run again from one that exists.'
    );
  }
}

function failed(error: unknown, path: string): Started {
  const code =
    error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (SHORTAGES.has(code)) {
    return {
      kind: 'retry',
      why: `this machine cannot start a process now (${code})`
    };
  }
  if (code === 'ENOENT' && path.endsWith(`/${LOG}`)) {
    const message = 'The run folder is gone. Submit the run again.';
    return { kind: 'refused', message };
  }
  return {
    kind: 'refused',
    message: `The run cannot be started: ${path} (${code}). See \`jupyter batch doctor\`.`
  };
}
