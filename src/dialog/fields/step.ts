import type { BaseType } from '@jupyterlab-batch/protocol';

/** What of a declaration decides where a step leads. */
export interface IStepping {
  type: BaseType | null;
  min: string | null;
  max: string | null;
  step: string | null;
  /** the value whose last digit is the step where the notebook names none */
  unit: string;
}

/** `digits × 10^-scale`, exactly. */
interface IDecimal {
  digits: bigint;
  scale: number;
}

/** Beyond this many places nobody steps, and powers of ten cost. */
const PLACES = 60;

/**
 * The value one step up (1) or down (-1), on the decimal text itself: a step of
 * 0.1 from 0.2 is 0.3 and not 0.30000000000000004.
 *
 * @returns null where the text is no number to step from
 */
export function stepped(
  text: string,
  direction: 1 | -1,
  { type, min, max, step, unit }: IStepping
): string | null {
  const value = decimal(text);
  if (value === null) {
    return null;
  }
  const own = decimal(step ?? '');
  const width =
    own && own.digits > 0n
      ? own
      : { digits: 1n, scale: type === 'int' ? 0 : (decimal(unit)?.scale ?? 0) };
  const scale = Math.max(value.scale, width.scale);
  const sum = at(value, scale) + BigInt(direction) * at(width, scale);
  const next = { digits: sum, scale };
  for (const [bound, beyond] of [
    [min, -1],
    [max, 1]
  ] as const) {
    const limit = bound === null ? null : decimal(bound);
    if (limit && order(next, limit) === beyond) {
      // A value that is out of bounds already may come back, not go further.
      return direction === beyond && order(value, limit) === beyond
        ? text
        : (bound ?? text);
    }
  }
  return write(next);
}

function decimal(text: string): IDecimal | null {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(
    text.trim()
  );
  const [, sign, whole, fraction = '', exponent = '0'] = found ?? [];
  if (!found || whole + fraction === '') {
    return null;
  }
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > PLACES) {
    return null;
  }
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`);
  return scale < 0
    ? { digits: digits * 10n ** BigInt(-scale), scale: 0 }
    : { digits, scale };
}

function at({ digits, scale }: IDecimal, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - scale);
}

function order(left: IDecimal, right: IDecimal): -1 | 0 | 1 {
  const scale = Math.max(left.scale, right.scale);
  const difference = at(left, scale) - at(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function write({ digits, scale }: IDecimal): string {
  const sign = digits < 0n ? '-' : '';
  const plain = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const point = plain.length - scale;
  return scale === 0
    ? sign + plain
    : `${sign}${plain.slice(0, point)}.${plain.slice(point)}`;
}
