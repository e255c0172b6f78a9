const PARTS =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * The instant of a date text in seconds, to the microsecond (a time without an
 * offset counts as UTC); null where the calendar has no such day. The text fits
 * the grammar's pattern.
 */
export function instant(text: string): number | null {
  const parts = PARTS.exec(text);
  if (!parts) {
    return null;
  }
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map(part => Number(part ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year === 0 || date.getUTCMonth() !== month - 1) {
    return null;
  }
  const offset = parts[8] && parts[8] !== 'Z' ? parts[8] : '+00:00';
  const sign = offset[0] === '-' ? -1 : 1;
  const shift =
    sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
  const fraction = Number((parts[7] ?? '').slice(0, 6).padEnd(6, '0')) / 1e6;
  return (
    date.getTime() / 1000 +
    hour * 3600 +
    (minute - shift) * 60 +
    second +
    fraction
  );
}
