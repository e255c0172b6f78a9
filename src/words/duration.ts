import { readDuration } from '@jupyterlab-batch/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import { decimal, digits } from './locale';

/**
 * Reads a time limit as people write it: `2 h`, `90m`, `1:30:00`; a bare number
 * is of seconds.
 *
 * @returns whole seconds, or null when the text is no time span, or none at all
 */
export function parseDuration(text: string): number | null {
  return readDuration(text) || null;
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

/** `0.8 s` below ten seconds, then a clock: how long a cell took. */
export function brief(trans: TranslationBundle, milliseconds: number): string {
  return milliseconds < 9950
    ? trans.__('%1 s', decimal(Math.max(0, milliseconds) / 1000, 1))
    : clock(milliseconds);
}

/** A running clock: `0:07`, `1:12`, `2:03:09`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const last = digits(seconds % 60, 2);
  return minutes < 60
    ? `${digits(minutes, 1)}:${last}`
    : `${digits(Math.floor(minutes / 60), 1)}:${digits(minutes % 60, 2)}:${last}`;
}
