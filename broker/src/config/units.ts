const SECONDS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;
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
    return Number.isSafeInteger(value) && value >= 0 ? value : null;
  }
  if (typeof value !== 'string') {
    return null;
  }
  if (/^\d{1,9}$/.test(value)) {
    return Number(value);
  }
  const found =
    /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?$/.exec(
      value
    );
  if (!found || value === '') {
    return null;
  }
  const [, d, h, m, s] = found.map(part => Number(part ?? 0));
  return (
    (d ?? 0) * SECONDS.d +
    (h ?? 0) * SECONDS.h +
    (m ?? 0) * SECONDS.m +
    (s ?? 0)
  );
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
