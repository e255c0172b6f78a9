import { spawn } from 'node:child_process';

/** How a command of Slurm ended. */
export type Said =
  | {
      readonly kind: 'ok';
      readonly text: string;
      /** squeue says "Invalid user" and ends with 0 */
      readonly complaint: string | null;
      /** of nothing that went wrong: a loader's note, or a site's */
      readonly warns?: true;
    }
  /** it answered no; the message is Slurm's own, shortened */
  | {
      readonly kind: 'no';
      readonly message: string;
      /** its exit code */
      readonly code: number;
    }
  /** nobody knows whether it did anything */
  | { readonly kind: 'silent'; readonly why: string };

export interface ICommands {
  run(name: string, args: readonly string[], stdin?: string): Promise<Said>;
}

const PATIENCE_MS = 20_000;
const MOST = 64 * 2 ** 20;

/** What Slurm's programs say where the controller did not. */
const NOBODY =
  /unable to contact|connection refused|connect failure|socket timed out|zero bytes were transmitted|transport endpoint|communication connection|unexpected message|try again|temporarily|controller .*(?:not|down)|munge (?:encode|decode) failed|protocol authentication error/i;

/** Slurm's programs say so, and may end with 0 all the same. */
const WRONG = /\b(?:error|fatal|invalid|unable|fail(?:ed|ure)?|denied)\b/i;

export interface ICommandOptions {
  /** `slurm_conf` of the target, or null: the installation's own */
  readonly conf: string | null;
  /** the broker's own environment */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly patienceMs?: number;
}

/**
 * Runs Slurm's programs with an environment of their own: a caller's `SBATCH_*`
 * would silently overrule our options.
 */
export function commands(options: ICommandOptions): ICommands {
  const env = surroundings(options);
  const patience = options.patienceMs ?? PATIENCE_MS;
  return {
    run: (name, args, stdin = '') =>
      new Promise(resolve => {
        const child = spawn(name, args, {
          cwd: '/',
          env,
          stdio: ['pipe', 'pipe', 'pipe']
        });
        child.on('error', error => {
          const code = 'code' in error ? String(error.code) : 'unknown';
          resolve({ kind: 'silent', why: `${name} cannot be run (${code})` });
        });
        if (child.pid === undefined) {
          // without files left there are no pipes either
          return;
        }
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        let size = 0;
        let silent: string | null = null;
        const stop = (why: string): void => {
          silent ??= why;
          child.kill('SIGKILL');
        };
        const timer = setTimeout(
          () => stop(`${name} did not answer in ${patience / 1000} s`),
          patience
        );
        const keep = (into: Buffer[]) => (chunk: Buffer) => {
          size += chunk.length;
          into.push(chunk);
          if (size > MOST) {
            stop(`${name} printed without end`);
          }
        };
        child.stdout.on('data', keep(out));
        child.stderr.on('data', keep(err));
        child.stdin.on('error', () => undefined);
        child.stdin.end(stdin);
        child.on('close', code => {
          clearTimeout(timer);
          const message = shorten(Buffer.concat(err).toString(), name);
          if (silent !== null || code === null) {
            resolve({ kind: 'silent', why: silent ?? `${name} was killed` });
          } else if (code === 0) {
            const text = Buffer.concat(out).toString();
            const said = Buffer.concat(err).toString();
            const complaint = err.length > 0 ? message : null;
            const warns = complaint !== null && !WRONG.test(said);
            const more = warns ? ({ warns } as const) : {};
            resolve({ kind: 'ok', text, complaint, ...more });
          } else if (NOBODY.test(message)) {
            resolve({ kind: 'silent', why: message });
          } else {
            resolve({ kind: 'no', message, code });
          }
        });
      })
  };
}

function surroundings({
  conf,
  environment
}: ICommandOptions): Record<string, string> {
  const kept = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LD_LIBRARY_PATH'].flatMap(
    name => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    }
  );
  const own = conf ?? environment['SLURM_CONF'];
  return {
    ...Object.fromEntries(kept),
    ...(own === undefined ? {} : { SLURM_CONF: own }),
    // messages and times in one language, form and zone
    LC_ALL: 'C',
    TZ: 'UTC',
    SLURM_TIME_FORMAT: 'standard'
  };
}

/** One line of what a program complained, without its own name. */
function shorten(text: string, name: string): string {
  const lines = text
    .split('\n')
    .map(line => line.replace(/^\w+: (?:error: )?/, '').trim())
    .filter(line => line !== '');
  return lines.join('; ').slice(0, 500) || `${name} failed without a word`;
}
