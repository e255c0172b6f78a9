import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the runner needs, and nothing else of ours. */
const OLDEST = [3, 9] as const;
const ASK =
  'import importlib.util as u, sys; ' +
  'print(*sys.version_info[:3], u.find_spec("ipykernel") is not None)';
const PATIENCE_MS = 10_000;

/** What a Python is, or why no run can be started with it, for people. */
export type Python =
  | { readonly kind: 'ok'; readonly version: string }
  | { readonly kind: 'wrong'; readonly message: string };

/**
 * Looks at a Python as a job starts it.
 *
 * @param instead - what to do where it does not do
 */
export async function lookAt(
  python: string,
  instead = 'Submit the notebook anew from an environment that does.'
): Promise<Python> {
  let told: string;
  try {
    // -E -s: as the job starts it
    const done = await run(python, ['-E', '-s', '-c', ASK], {
      env: {},
      cwd: '/',
      timeout: PATIENCE_MS
    });
    told = done.stdout;
  } catch (error) {
    const code =
      error instanceof Error && 'code' in error ? String(error.code) : '';
    return wrong(
      code === 'ENOENT'
        ? `The Python of the run, ${python}, is not there any more. ${instead}`
        : `The Python of the run, ${python}, does not start (${code || 'no answer'}). Mend its environment. ${instead}`
    );
  }
  const found = /^(\d+) (\d+) (\d+) (True|False)\s*$/.exec(told);
  if (!found) {
    return wrong(`${python} is no Python. ${instead}`);
  }
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const old = tooOld(python, `${major}.${minor}`, instead);
  if (old !== null) {
    return wrong(old);
  }
  return found[4] === 'True'
    ? { kind: 'ok', version: `${major}.${minor}.${found[3]}` }
    : wrong(
        `${python} has no ipykernel, which a run needs. Install it there: ${python} -m pip install ipykernel`
      );
}

/** Why no run can be started with a Python of this version; null: it can. */
export function tooOld(
  python: string,
  version: string,
  instead: string
): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
    ? `${python} is Python ${major}.${minor}; a run needs ${OLDEST.join('.')} or newer. ${instead}`
    : null;
}

const wrong = (message: string): Python => ({ kind: 'wrong', message });

/** What keeps a kernel from starting, for people. */
export interface IKernelProblem {
  readonly message: string;
  /** false: the environment of the job may bring what is missing here */
  readonly sure: boolean;
}

const FIND =
  'import importlib.util as u, sys; print(u.find_spec(sys.argv[1]) is not None)';

/**
 * The same for what a kernel starts; a bare name is looked up by the job.
 *
 * @param trusted - its program may be started to look at it
 */
export async function kernelProblem(
  name: string,
  argv: readonly string[],
  trusted = true
): Promise<IKernelProblem | null> {
  const program = argv[0] ?? '';
  if (!isAbsolute(program)) {
    return null;
  }
  try {
    await access(program, constants.X_OK);
  } catch {
    const message = `The kernel ${name} starts ${program}, which is not there. Install the kernel again, or choose another one.`;
    return { message, sure: true };
  }
  const module = moduleOf(argv);
  if (!trusted || module === null || !(await misses(program, module))) {
    return null;
  }
  const message = `The kernel ${name} starts the module ${module}, which ${program} does not have here. Install it there, or choose another kernel.`;
  return { message, sure: false };
}

/** `ipykernel_launcher` of `python -Xfrozen_modules=off -m ipykernel_launcher -f …`. */
function moduleOf(argv: readonly string[]): string | null {
  const at = argv.findIndex((word, n) => n > 0 && !word.startsWith('-X'));
  const module = argv[at] === '-m' ? argv[at + 1]?.split('.')[0] : undefined;
  return module !== undefined && /^[A-Za-z_]\w*$/.test(module) ? module : null;
}

/** Whether a Python says so; what says nothing of the kind is none, or is busy. */
async function misses(program: string, module: string): Promise<boolean> {
  try {
    const done = await run(program, ['-c', FIND, module], {
      // with what the user has installed in his home
      env: { HOME: process.env['HOME'] },
      cwd: '/',
      timeout: PATIENCE_MS
    });
    return done.stdout.trim() === 'False';
  } catch {
    return false;
  }
}
