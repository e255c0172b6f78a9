const FIRST = 500;
const CAP = 60_000;

/**
 * Milliseconds to wait before the next try: doubling from half a second to a
 * minute, of which a random half is taken, so that what failed together does
 * not come back together.
 *
 * @param tries performances that failed so far, from 1
 * @param random in [0, 1)
 */
export function backOff(
  tries: number,
  random: number,
  { first = FIRST, cap = CAP } = {}
): number {
  const exponent = Math.min(Math.max(tries - 1, 0), 30);
  const most = Math.min(cap, first * 2 ** exponent);
  return Math.round(most / 2 + (most / 2) * random);
}
