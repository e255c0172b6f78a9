import { dates } from './locale';

/** `12:03:11` in the reader's time zone. */
export function timeOfDay(iso: string): string {
  return dates({ timeStyle: 'medium' }).format(new Date(iso));
}

/** `12:03` */
export function hourAndMinute(date: Date): string {
  return dates({ timeStyle: 'short' }).format(date);
}

/** Date and time in full, for tooltips and the detail view. */
export function fullTime(iso: string): string {
  return dates({ dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(iso)
  );
}

/** The time for today, else with the day: `12:03`, `21 Nov, 12:03`. */
export function shortTime(iso: string, now: Date): string {
  const date = new Date(iso);
  return date.toDateString() === now.toDateString()
    ? hourAndMinute(date)
    : dates({
        day: 'numeric',
        month: 'short',
        hour: 'numeric',
        minute: '2-digit',
        ...(date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' })
      }).format(date);
}
