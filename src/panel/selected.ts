import * as React from 'react';

import type { PanelModel } from './model';
import { NOTHING, settle, type ISelection } from './selection';

/**
 * What is chosen, and where the keyboard is, as the lines come and go. Another
 * filter begins with nothing chosen.
 */
export function useSelection(
  model: PanelModel
): [ISelection, (selection: ISelection) => void] {
  const { rows, edition } = model;
  const [held, setHeld] = React.useState({ selection: NOTHING, edition });
  const place = React.useRef(0);
  const of = held.edition === edition ? held.selection : NOTHING;
  const selection = React.useMemo(
    () => settle(of, rows, place.current),
    [of, rows]
  );
  const index = selection.focus === null ? 0 : rows.indexOf(selection.focus);
  React.useEffect(() => {
    place.current = Math.max(0, index);
    if (selection !== held.selection) {
      setHeld({ selection, edition });
    }
  }, [selection, edition, index]);
  return [selection, next => setHeld({ selection: next, edition })];
}
