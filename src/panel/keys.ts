import type { IRows } from './rows';

/** What a key means in the list. */
export type Deed =
  | { readonly kind: 'go'; readonly to: number; readonly extend: boolean }
  | { readonly kind: 'open' | 'toggle' | 'all' | 'none' | 'delete' }
  | { readonly kind: 'into' | 'out' };

export interface IKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * Reads a key as grids and trees of the ARIA practices have it.
 *
 * @param place - number of the line that has the focus
 * @param page - how many lines are in view
 * @returns null for a key that is not ours
 */
export function deedOf(
  pressed: IKey,
  place: number,
  rows: IRows,
  page: number,
  rtl: boolean
): Deed | null {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = pressed;
  if (altKey) {
    return null;
  }
  if (ctrlKey || metaKey) {
    return key.toLowerCase() === 'a' && !shiftKey ? { kind: 'all' } : null;
  }
  const go = (to: number): Deed => ({
    kind: 'go',
    to: Math.max(0, Math.min(rows.count - 1, to)),
    extend: shiftKey
  });
  switch (key) {
    case 'ArrowDown':
      return go(place + 1);
    case 'ArrowUp':
      return go(place - 1);
    case 'PageDown':
      return go(place + page);
    case 'PageUp':
      return go(place - page);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.count - 1);
    case 'Enter':
      return { kind: 'open' };
    case ' ':
      return { kind: 'toggle' };
    case 'Escape':
      return { kind: 'none' };
    case 'Delete':
      return { kind: 'delete' };
    case 'ArrowRight':
      return { kind: rtl ? 'out' : 'into' };
    case 'ArrowLeft':
      return { kind: rtl ? 'into' : 'out' };
    default:
      return null;
  }
}
