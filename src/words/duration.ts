import type { TranslationBundle } from '@jupyterlab/translation';

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
const PART =
  /(\d+(?:\.\d+)?)\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)/y;

/**
 * Reads a time limit as people write it: `2 h`, `90m`, `1h 30min`, `1.5 d`.
 * A bare number is refused, since nobody could say of what.
 *
 * @returns whole seconds, or null when the text is no time span
 */
export function parseDuration(text: string): number | null {
  const source = text.trim().toLowerCase();
  let at = 0;
  let seconds = 0;
  let last = Infinity;
  while (at < source.length) {
    PART.lastIndex = at;
    const part = PART.exec(source);
    if (!part) {
      return null;
    }
    const unit = SECONDS[part[2][0]];
    if (unit >= last) {
      return null; // `30m 1h` and `1h 1h` are slips, not spans
    }
    last = unit;
    seconds += Number(part[1]) * unit;
    at = PART.lastIndex;
    while (/[\s,]/.test(source.charAt(at))) {
      at++;
    }
  }
  const whole = Math.round(seconds);
  return whole > 0 && Number.isSafeInteger(whole) ? whole : null;
}

/** `2 h`, `1 h 30 min`, `45 s`: what `parseDuration` reads back as the same. */
export function writeDuration(
  trans: TranslationBundle,
  seconds: number
): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  return (
    [
      hours > 0 ? trans.__('%1 h', hours) : '',
      minutes > 0 ? trans.__('%1 min', minutes) : '',
      rest > 0 || seconds === 0 ? trans.__('%1 s', rest) : ''
    ]
      .filter(part => part !== '')
      // A blank between parts reads the same in every language we know.
      .join(' ')
  );
}

/** A running clock: `0:07`, `1:12`, `2:03:09`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
