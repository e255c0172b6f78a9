import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LINE = `${'0123456789'.repeat(9)}abcdefghi\n`;
/** how much one write of a program brings, in lines of 100 bytes */
const LINES = 10_000;

/** How large a run is made. */
export interface ISize {
  cells: number;
  /** the one with the large output, from 0 */
  heavy: number;
  /** MB that it printed */
  megabytes: number;
}

/**
 * Puts notebook and log of a large run in the place of a run's own.
 *
 * @param folder - of a run that ended
 */
export function enlarge(folder: string, size: ISize): void {
  const { cells, heavy, megabytes } = size;
  const input = JSON.parse(
    readFileSync(join(folder, 'input.ipynb'), 'utf8')
  ) as { cells: Record<string, unknown>[] };
  const at = '2026-11-23T12:00:00.000Z';
  const ops: object[] = [];
  for (let cell = 0; cell < cells; cell++) {
    ops.push({ op: 'cell_started', cell, number: cell + 1, title: null });
    const texts: string[] =
      cell === heavy
        ? Array.from({ length: megabytes }, () => LINE.repeat(LINES))
        : [`output ${cell}\n`];
    texts.forEach(text =>
      ops.push({ op: 'stream', cell, name: 'stdout', text })
    );
    ops.push({ op: 'cell_ended', cell, status: 'ok', timing: {} });
  }
  input.cells = Array.from({ length: cells }, (_, n) => ({
    ...input.cells[0],
    id: `c${n}`,
    source: `print(${n})`
  }));
  writeFileSync(join(folder, 'input.ipynb'), JSON.stringify(input));
  writeFileSync(
    join(folder, 'events.jsonl'),
    ops
      .map((op, seq) => `${JSON.stringify({ seq: seq + 1, at, ...op })}\n`)
      .join('')
  );
}
