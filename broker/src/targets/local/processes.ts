import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** A process that cannot be mistaken for a later one of the same pid. */
export interface IProcess {
  readonly pid: number;
  /** clock ticks since boot (field 22 of /proc/PID/stat), as text */
  readonly start: string;
}

/** An entry of the environment that every process of a run was born with. */
export interface IMark {
  readonly name: string;
  readonly value: string;
  readonly run: string;
}

/** `blind`: it lives, but /proc does not show it (hidepid): nothing can be said. */
export type Sight =
  | { readonly kind: 'alive'; readonly process: IProcess }
  | { readonly kind: 'gone' }
  | { readonly kind: 'blind' };

/** Told of a process while the look goes on: the sooner, the fewer its children. */
export type Found = (process: IProcess) => void;

/** What a machine knows of its processes. */
export interface IProcessTable {
  /** changes with every boot */
  readonly bootId: string;
  /** pids mean something only inside one namespace */
  readonly namespace: string;
  /** false: no process can be found by its environment here */
  readonly canScan: boolean;
  look(pid: number): Sight;
  /** Every own process that was started with the mark, and the run's runner. */
  marked(mark: IMark, found?: Found): Promise<IProcess[]>;
}

/** Parses /proc/PID/stat; the second field may hold blanks and parentheses. */
export function parseStat(
  text: string
): { pid: number; state: string; start: string } | null {
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const [state] = fields;
  const start = fields[19];
  return close < 0 || state === undefined || start === undefined
    ? null
    : { pid: Number.parseInt(text, 10), state, start };
}

const LANES = 4;
const PASSES = 50;

/** Linux: everything from /proc. */
export class ProcTable implements IProcessTable {
  readonly bootId: string;
  readonly namespace: string;
  readonly canScan = true;
  readonly #uid = process.getuid?.() ?? -1;

  constructor() {
    this.bootId = readFileSync(
      '/proc/sys/kernel/random/boot_id',
      'utf8'
    ).trim();
    this.namespace = readlinkSync('/proc/self/ns/pid');
  }

  look(pid: number): Sight {
    let text: string;
    try {
      text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    } catch {
      return exists(pid) ? { kind: 'blind' } : { kind: 'gone' };
    }
    const stat = parseStat(text);
    // A zombie runs nothing; in a container nobody may ever reap it.
    return stat === null || stat.state === 'Z' || stat.state === 'X'
      ? { kind: 'gone' }
      : { kind: 'alive', process: { pid, start: stat.start } };
  }

  async marked(mark: IMark, found?: Found): Promise<IProcess[]> {
    const marker = Buffer.from(`${mark.name}=${mark.value}`);
    const processes: IProcess[] = [];
    const seen = new Set<number>([process.pid, 1]);
    const examine = (pid: number, own: boolean): void => {
      const sight = own ? this.look(pid) : null;
      if (sight?.kind === 'alive') {
        processes.push(sight.process);
        found?.(sight.process);
      }
    };
    const first = unseen(await readdir('/proc'), seen);
    const lane = async (): Promise<void> => {
      for (let pid = first.pop(); pid !== undefined; pid = first.pop()) {
        const carries = await this.#carries(pid, marker, mark.run);
        examine(pid, carries && (await this.#isOwn(pid)));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    // What was born meanwhile: few, and read at once, since one that forks and
    // leaves without end is always gone by the time that a slow look gets there.
    for (let pass = 0; pass < PASSES; pass++) {
      const born = unseen(readdirSync('/proc'), seen);
      if (born.length === 0) {
        break;
      }
      for (const pid of born) {
        examine(pid, this.#carriesNow(pid, marker));
      }
      await new Promise(resolve => setImmediate(resolve));
    }
    return processes;
  }

  async #carries(pid: number, marker: Buffer, run: string): Promise<boolean> {
    try {
      return hasVariable(await readFile(`/proc/${pid}/environ`), marker);
    } catch {
      // A runner is not dumpable: its environment is closed, its words are not.
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(
        () => ''
      );
      return isRunnerOf(words.split('\0'), run);
    }
  }

  #carriesNow(pid: number, marker: Buffer): boolean {
    try {
      return (
        hasVariable(readFileSync(`/proc/${pid}/environ`), marker) &&
        ownerOf(readFileSync(`/proc/${pid}/status`, 'latin1')) === this.#uid
      );
    } catch {
      return false;
    }
  }

  async #isOwn(pid: number): Promise<boolean> {
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(
      () => ''
    );
    return ownerOf(status) === this.#uid;
  }
}

/** Real uid in /proc/PID/status; the folder's owner is root where not dumpable. */
function ownerOf(status: string): number {
  return Number(/^Uid:\t(\d+)/m.exec(status)?.[1] ?? -1);
}

function unseen(names: readonly string[], seen: Set<number>): number[] {
  const pids = names.map(Number).filter(pid => pid > 0 && !seen.has(pid));
  for (const pid of pids) {
    seen.add(pid);
  }
  return pids;
}

/** Whole entries only: another run's id may begin with this one's. */
export function hasVariable(environ: Buffer, entry: Buffer): boolean {
  for (
    let at = environ.indexOf(entry);
    at >= 0;
    at = environ.indexOf(entry, at + 1)
  ) {
    const end = at + entry.length;
    if (
      (at === 0 || environ[at - 1] === 0) &&
      (end === environ.length || environ[end] === 0)
    ) {
      return true;
    }
  }
  return false;
}

/** `… -m jupyterlab_batch.runner <work>/…/<run>`; a rebuild is not a runner. */
export function isRunnerOf(words: readonly string[], run: string): boolean {
  const at = words.indexOf('jupyterlab_batch.runner');
  return at > 0 && words[at + 1]?.split('/').at(-1) === run;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
