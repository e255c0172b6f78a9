import * as React from 'react';

import type { IRuns } from '../tokens';

/** The broker's time, anew every second while something is moving. */
export function useNow(runs: Pick<IRuns, 'now'>, moving: boolean): Date {
  const [now, setNow] = React.useState(() => runs.now());
  React.useEffect(() => {
    setNow(runs.now());
    if (!moving) {
      return;
    }
    const timer = window.setInterval(() => setNow(runs.now()), 1000);
    return () => window.clearInterval(timer);
  }, [runs, moving]);
  return now;
}
