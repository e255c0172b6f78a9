const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23'
});
const SHORT = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23'
});
const FULL = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium'
});
const DAY = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23'
});

/** `12:03:11` in the reader's time zone. */
export function timeOfDay(iso: string): string {
  return TIME.format(new Date(iso));
}

/** `12:03` */
export function hourAndMinute(date: Date): string {
  return SHORT.format(date);
}

/** Date and time in full, for tooltips and the detail view. */
export function fullTime(iso: string): string {
  return FULL.format(new Date(iso));
}

/** The time for today, else with the day: `12:03`, `21 Nov, 12:03`. */
export function shortTime(iso: string, now: Date): string {
  const date = new Date(iso);
  return date.toDateString() === now.toDateString()
    ? SHORT.format(date)
    : DAY.format(date);
}
