import * as React from 'react';

/** The time, anew every second while something is moving. */
export function useNow(moving: boolean): Date {
  const [now, setNow] = React.useState(() => new Date());
  React.useEffect(() => {
    setNow(new Date());
    if (!moving) {
      return;
    }
    const timer = window.setInterval(() => setNow(new Date()), 1000);
    return () => window.clearInterval(timer);
  }, [moving]);
  return now;
}
