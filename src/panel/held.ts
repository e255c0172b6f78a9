import type { Virtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import type { IRows } from './rows';

type Lines = Virtualizer<HTMLDivElement, HTMLDivElement>;

/** The line at the upper edge, and how far above the edge it begins. */
interface IHold {
  readonly key: string;
  readonly into: number;
}

/**
 * Keeps the line that is looked at where it is while lines come and go above
 * it. At the very top new runs come into view, unless somebody is about to press
 * something there.
 *
 * @returns whether there is something new above, and how to go on holding
 */
export function useHeld(
  lines: Lines,
  rows: IRows,
  scroller: React.RefObject<HTMLDivElement>,
  busy: () => boolean
): { above: boolean; hold: () => void } {
  const held = React.useRef<IHold | null>(null);
  const [above, setAbove] = React.useState(false);
  const hold = () => {
    const top = scroller.current?.scrollTop ?? 0;
    const first = lines.getVirtualItems().find(({ end }) => end > top);
    held.current = first
      ? { key: String(first.key), into: top - first.start }
      : null;
    if (top < 1) {
      setAbove(false);
    }
  };
  React.useLayoutEffect(() => {
    const node = scroller.current;
    const { current } = held;
    if (node && current && (node.scrollTop >= 1 || busy())) {
      const index = rows.indexOf(current.key);
      const start =
        index < 0 ? undefined : lines.getOffsetForIndex(index, 'start')?.[0];
      const line = lines.measurementsCache.at(index);
      const wanted = (line?.start ?? start ?? 0) + current.into;
      if (index >= 0 && Math.abs(wanted - node.scrollTop) >= 1) {
        if (wanted > node.scrollTop) {
          setAbove(true);
        }
        node.scrollTop = wanted;
      }
    }
    hold();
  }, [rows]);
  return { above, hold };
}
