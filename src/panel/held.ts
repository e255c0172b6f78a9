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
 * @param edition - of the lines: another one begins at the top
 * @returns whether there is something new above, and how to go on holding
 */
export function useHeld(
  lines: Lines,
  rows: IRows,
  edition: number,
  scroller: React.RefObject<HTMLDivElement>,
  busy: () => boolean
): { above: boolean; hold: () => void } {
  const held = React.useRef<IHold | null>(null);
  const began = React.useRef(edition);
  const top = React.useRef(rows.at(0).key);
  const [above, setAbove] = React.useState(false);
  const hold = () => {
    const edge = scroller.current?.scrollTop ?? 0;
    const first = lines.getVirtualItems().find(({ end }) => end > edge);
    held.current = first
      ? { key: String(first.key), into: edge - first.start }
      : null;
    if (edge < 1) {
      setAbove(false);
    }
  };
  React.useLayoutEffect(() => {
    const node = scroller.current;
    const { current } = held;
    if (node && began.current !== edition) {
      began.current = edition;
      node.scrollTop = 0;
    } else if (node && current && (node.scrollTop >= 1 || busy())) {
      const index = rows.indexOf(current.key);
      const line = index < 0 ? undefined : lines.measurementsCache.at(index);
      if (line && Math.abs(line.start + current.into - node.scrollTop) >= 1) {
        node.scrollTop = line.start + current.into;
        setAbove(was => was || rows.at(0).key !== top.current);
      }
    }
    top.current = rows.at(0).key;
    hold();
  }, [rows]);
  return { above, hold };
}
