import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the runner needs, and nothing else of ours. */
const OLDEST = [3, 9] as const;
const ASK =
  'import importlib.util as u, sys; ' +
  'print(*sys.version_info[:2], u.find_spec("ipykernel") is not None)';
const PATIENCE_MS = 10_000;

/** Why a run cannot be started with this Python, for people; null: it can. */
export async function pythonProblem(python: string): Promise<string | null> {
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
    return code === 'ENOENT'
      ? `The Python of the run, ${python}, is not there any more. Submit the notebook anew from an environment that is.`
      : `The Python of the run, ${python}, does not start (${code || 'no answer'}). Mend the environment, or submit from another one.`;
  }
  const found = /^(\d+) (\d+) (True|False)\s*$/.exec(told);
  if (!found) {
    return `${python} is no Python. Submit from an environment that has one.`;
  }
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `${python} is Python ${major}.${minor}; a run needs ${OLDEST.join('.')} or newer. Submit from a newer environment.`;
  }
  return found[3] === 'True'
    ? null
    : `${python} has no ipykernel, which a run needs. Install it there: ${python} -m pip install ipykernel`;
}

/** The same for what a kernel starts; a bare name is looked up by the job. */
export async function kernelProblem(
  name: string,
  program: string
): Promise<string | null> {
  if (!isAbsolute(program)) {
    return null;
  }
  try {
    await access(program, constants.X_OK);
    return null;
  } catch {
    return `The kernel ${name} starts ${program}, which is not there. Install the kernel again, or choose another one.`;
  }
}
