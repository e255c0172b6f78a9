const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800
};
const PART =
  /([0-9]+(?:\.[0-9]+)?)\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)/y;
const CLOCK = /^(?:([0-9]{1,9}):)?([0-9]{1,2}):([0-5][0-9])$/;
/** 100 years: longer is a slip, and more than a clock can add. */
export const LONGEST_DURATION = 36_500 * 86_400;

/**
 * Reads a time span as people write it: `2 h`, `90m`, `1h 30min`, `1.5 d`,
 * `1:30:00`; a bare number is of seconds. `protocol/grammar/durations.json` is
 * run against every reader of the grammar.
 *
 * @returns whole seconds from 0 on, or null when the text is no time span
 */
export function readDuration(text: string): number | null {
  const source = text.trim().toLowerCase();
  const seconds = /^[0-9]+$/.test(source)
    ? Number(source)
    : (ofClock(source) ?? ofParts(source));
  const whole = seconds === null ? null : Math.floor(seconds + 0.5);
  return whole === null || whole > LONGEST_DURATION ? null : whole;
}

function ofClock(source: string): number | null {
  const found = CLOCK.exec(source);
  if (!found) {
    return null;
  }
  const [hours, minutes, rest] = found.slice(1).map(part => Number(part ?? 0));
  return hours * 3600 + minutes * 60 + rest;
}

function ofParts(source: string): number | null {
  let at = 0;
  let seconds: number | null = null;
  let last = Infinity;
  while (at < source.length) {
    PART.lastIndex = at;
    const part = PART.exec(source);
    const unit = part ? SECONDS[part[2][0]] : Infinity;
    if (!part || unit >= last) {
      return null; // `30m 1h` and `1h 1h` are slips, not spans
    }
    last = unit;
    seconds = (seconds ?? 0) + Number(part[1]) * unit;
    at = PART.lastIndex;
    while (/[\s,]/.test(source.charAt(at))) {
      at++;
    }
  }
  return seconds;
}
