/** How Slurm and its users write amounts. */

/** A whole number from 1; null: something else. */
export function countOf(text: string): number | null {
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : null;
}

const MIB: Readonly<Record<string, number>> = {
  K: 2 ** -10,
  M: 1,
  '': 1,
  G: 2 ** 10,
  T: 2 ** 20
};

/**
 * MiB of `4G`, `512M`, `4 GiB`, `4096`; a bare number is of MiB, and every unit of
 * 1024, as Slurm has it. Null: something else, or less than one.
 */
export function memoryOf(text: string): number | null {
  const found = /^(\d{1,9}(?:\.\d{1,3})?)\s*([KMGT]?)(?:i?B)?$/i.exec(text);
  if (!found) {
    return null;
  }
  const mib = Math.ceil(Number(found[1]) * MIB[found[2].toUpperCase()]);
  return mib >= 1 && mib <= 2 ** 31 ? mib : null;
}

/** `4 GiB` or `4000 MiB`: what `memoryOf` reads back as the same. */
export function memoryWords(mib: number): string {
  return mib % 1024 === 0 ? `${mib / 1024} GiB` : `${mib} MiB`;
}

export interface IGpus {
  /** as the cluster calls it; null: any */
  readonly type: string | null;
  readonly count: number;
}

/** `2` or `a100:2`; null: something else. */
export function gpusOf(text: string): IGpus | null {
  const found = /^(?:([A-Za-z][\w.-]{0,40}):)?([1-9]\d{0,4})$/.exec(text);
  return found && { type: found[1] ?? null, count: Number(found[2]) };
}

/** Seconds of `1-02:03:04`, `02:03:04`, `03:04`; null: `UNLIMITED` and the like. */
export function secondsOf(text: string): number | null {
  const found = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text);
  if (!found) {
    return null;
  }
  const [days, hours, minutes, seconds] = found
    .slice(1)
    .map(part => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds || null;
}
