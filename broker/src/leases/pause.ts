const FIRST_MS = 500;
const CAP_MS = 60_000;

/**
 * Milliseconds before the next try: doubling from half a second to a minute,
 * of which a random half is taken; never less than the provider asked for,
 * up to the same minute.
 *
 * @param failures in a row, from 1
 */
export function pause(
  failures: number,
  jitter: number,
  asked: number | null = null
): number {
  const most = Math.min(
    CAP_MS,
    FIRST_MS * 2 ** Math.min(Math.max(failures - 1, 0), 20)
  );
  const own = Math.round(most / 2 + (most / 2) * jitter);
  return Math.min(CAP_MS, Math.max(own, asked ?? 0));
}
