import { locale } from './locale';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units, at most one digit after the point: `3.4 MB`, `9 GB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const shown =
    unit === 0 || value >= 99.95 ? Math.round(value) : Number(value.toFixed(1));
  return `${shown.toLocaleString(locale())} ${UNITS[unit]}`;
}
