import type { Runtime, UsedRuntime } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

/** What people call such an environment of Python. */
export function runtimeKind(
  trans: TranslationBundle,
  kind: Runtime['kind']
): string {
  return kind === 'conda'
    ? trans.__('a conda environment')
    : trans.__('a virtual environment');
}

/** `Python 3.11.2 of /home/me/.venv` */
export const runtimeWords = (
  trans: TranslationBundle,
  { version, path }: UsedRuntime
): string => trans.__('Python %1 of %2', version, path);
