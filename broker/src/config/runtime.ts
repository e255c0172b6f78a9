import type { Runtime } from '@jupyterlab-batch/protocol';

import type { IOrigin } from './tree.ts';
import { besides, expand } from './work.ts';

const FORM = /^(virtualenv|conda):(.+)$/s;

/**
 * `virtualenv:FOLDER`, `conda:FOLDER` or `conda:NAME` of a target. That it is there
 * is looked at when somebody wants to run something.
 *
 * @param named gets the names of variables that it depends on
 */
export function runtimeOf(
  text: string | undefined,
  origin: IOrigin | undefined,
  env: Readonly<Record<string, string | undefined>>,
  named: Set<string>,
  refuse: (message: string) => void
): Runtime | null {
  if (text === undefined || origin === undefined) {
    return null;
  }
  const [, word, where = ''] = FORM.exec(text) ?? [];
  const kind = word === 'virtualenv' || word === 'conda' ? word : null;
  if (kind === null) {
    refuse(
      `${JSON.stringify(text)} is no environment; write "virtualenv:/folder", "conda:/folder" or "conda:name".`
    );
    return null;
  }
  const found = expand(where, env, named);
  if ('missing' in found) {
    refuse(
      `${JSON.stringify(text)} needs $${found.missing}, which is not set where ` +
        'the broker was started; set it, or name a folder.'
    );
    return null;
  }
  const isName = kind === 'conda' && !found.path.includes('/');
  return { kind, path: isName ? found.path : besides(found.path, origin) };
}
