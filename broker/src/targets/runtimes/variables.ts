import { join } from 'node:path';

import type { UsedRuntime } from '@jupyterlab-batch/protocol';

/** Where programs are when nothing says so. */
const PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The environment of a job as it is in an environment of Python, like after its
 * `activate`, of which nothing is run. What the submitter's own had put there goes.
 */
export function variables(
  submitted: Readonly<Record<string, string>>,
  runtime: Pick<UsedRuntime, 'kind' | 'path'> | null
): Record<string, string> {
  if (runtime === null) {
    return { ...submitted };
  }
  const {
    VIRTUAL_ENV: virtualenv,
    CONDA_PREFIX: conda,
    CONDA_DEFAULT_ENV: _,
    PATH: path = PATH,
    ...others
  } = submitted;
  const left = [virtualenv, conda].flatMap(prefix =>
    prefix === undefined ? [] : [join(prefix, 'bin')]
  );
  const kept = path.split(':').filter(folder => !left.includes(folder));
  const own: Record<string, string> =
    runtime.kind === 'virtualenv'
      ? { VIRTUAL_ENV: runtime.path }
      : { CONDA_PREFIX: runtime.path, CONDA_DEFAULT_ENV: runtime.path };
  return {
    ...others,
    ...own,
    PATH: [join(runtime.path, 'bin'), ...kept].join(':')
  };
}
