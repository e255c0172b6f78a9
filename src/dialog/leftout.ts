import type { IChoices } from './choices';

type LeftOut = Pick<IChoices, 'exclude' | 'include'>;

/** Leaves a file or folder of the project out, or takes it back. */
export function withoutPath(
  { exclude }: LeftOut,
  path: string,
  out: boolean
): Pick<LeftOut, 'exclude'> {
  const others = exclude.filter(other => other !== path);
  return { exclude: out ? [...others, path] : others };
}

/** Takes along what an ignore file names, or what was left out. */
export function withPath({ exclude, include }: LeftOut, path: string): LeftOut {
  const above = (other: string) => `${path}/`.startsWith(`${other}/`);
  return {
    exclude: exclude.filter(other => !above(other)),
    include: [...include.filter(other => other !== path), path]
  };
}
