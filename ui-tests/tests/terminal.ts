import { readFileSync } from 'node:fs';

import { placeOf } from './batch';

/** What a terminal of this server has in its environment. */
export function environment(): Record<string, string> {
  const pid = readFileSync(placeOf('lab.pid'), 'utf8');
  return Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(line => line.includes('='))
      .map(line => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)];
      })
  );
}
