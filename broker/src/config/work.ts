import { dirname, isAbsolute, join, resolve } from 'node:path';

import type { IOrigin } from './tree.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A path's `~`, `$NAME` and `${NAME}` filled in, or the name that is not set.
 *
 * @param named gets the names that it depends on
 */
export function expand(
  text: string,
  env: Environment,
  named: Set<string>
): { path: string } | { missing: string } {
  let missing: string | null = null;
  const valueOf = (name: string): string => {
    named.add(name);
    const value = env[name];
    if (value === undefined || value === '') {
      missing ??= name;
      return '';
    }
    return value;
  };
  const path = text
    .replace(/^~(?=\/|$)/, () => valueOf('HOME'))
    .replace(
      /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g,
      (_, braced?: string, bare?: string) => valueOf(braced ?? bare ?? '')
    );
  return missing === null ? { path } : { missing };
}

/** Where runs go if nobody says: `$WORK`, else a folder of the data folder. */
export function defaultWork(env: Environment, data: string): string {
  const { WORK } = env;
  return WORK && isAbsolute(WORK) ? WORK : join(data, 'runs');
}

/** A path as a configuration file means it: relative to the file itself. */
export function besides(path: string, { file }: IOrigin): string {
  return resolve(dirname(file), path);
}
