import { LONGEST_DURATION, readDuration } from '@jupyterlab-batch/protocol';

const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30
};

/** Seconds of `24h`, `90m`, `2h30m`, `45s`, or of a plain number; null: neither. */
export function duration(value: unknown): number | null {
  if (typeof value === 'number') {
    const fits = Number.isSafeInteger(value) && value >= 0;
    return fits && value <= LONGEST_DURATION ? value : null;
  }
  return typeof value === 'string' ? readDuration(value) : null;
}

/** Bytes of `64MiB`, `1GB`, or of a plain number; null: neither. */
export function size(value: unknown): number | null {
  const found = /^(\d{1,12}) ?([A-Za-z]*)$/.exec(
    typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  );
  const factor = BYTES[found?.[2] ?? '?'];
  if (!found || factor === undefined) {
    return null;
  }
  const bytes = Number(found[1]) * factor;
  return Number.isSafeInteger(bytes) ? bytes : null;
}
