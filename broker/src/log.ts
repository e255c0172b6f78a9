import { writeSync } from 'node:fs';

import { pino, type Logger } from 'pino';

/** A line goes out whole, or not at all: the last thing that is done to it. */
export type Scrub = (line: string) => string;

/**
 * The broker's log: a JSON object a line, on standard output. It never ends the
 * broker: on a full disk a line is lost, and credentials are revoked.
 */
export function createLog(
  scrub: Scrub,
  write: (line: string) => void = line => void writeSync(1, line)
): Logger {
  return pino(
    { base: { pid: process.pid } },
    {
      write(line: string) {
        try {
          write(scrub(line));
        } catch {
          // Nobody to tell.
        }
      }
    }
  );
}
