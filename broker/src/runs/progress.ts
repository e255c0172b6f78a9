import { open } from 'node:fs/promises';

import type { Progress } from '@jupyterlab-batch/protocol';

const CHUNK = 1024 * 1024;
/** Chunks a call: a notebook that prints a gigabyte is read over many calls. */
const CHUNKS_A_CALL = 8;
/** The operations that say how far a run is; their lines are short. */
const HEAD =
  /^\{"seq": ?\d+, ?"at": ?"[^"]*", ?"op": ?"(run_started|cell_started)"/;
const LONGEST_LINE = 64 * 1024;

/** Follows one `events.jsonl` for how far the run is, reading each byte once. */
export class ProgressTail {
  readonly #path: string;
  #offset = 0;
  #line = Buffer.alloc(0);
  #overlong = false;
  #progress: Progress | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads on. @returns the progress if it changed, else null */
  async read(): Promise<Progress | null> {
    let file;
    try {
      file = await open(this.#path, 'r');
    } catch {
      return null; // not there yet, or the folder was taken away
    }
    try {
      const before = this.#progress;
      const buffer = Buffer.alloc(CHUNK);
      for (let i = 0; i < CHUNKS_A_CALL; i++) {
        const { bytesRead } = await file.read(buffer, 0, CHUNK, this.#offset);
        if (bytesRead === 0) {
          break;
        }
        this.#offset += bytesRead;
        this.#take(buffer.subarray(0, bytesRead));
      }
      return this.#progress === before ? null : this.#progress;
    } finally {
      await file.close();
    }
  }

  #take(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(10, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end);
      if (!this.#overlong) {
        if (this.#line.length + piece.length > LONGEST_LINE) {
          this.#overlong = true; // an output; not one of ours
          this.#line = Buffer.alloc(0);
        } else {
          this.#line = Buffer.concat([this.#line, piece]);
        }
      }
      if (end === -1) {
        return;
      }
      if (!this.#overlong) {
        this.#apply(this.#line.toString('utf8'));
      }
      this.#line = Buffer.alloc(0);
      this.#overlong = false;
      start = end + 1;
    }
  }

  #apply(line: string): void {
    if (!HEAD.test(line)) {
      return;
    }
    const event = parsed(line);
    if (event === null) {
      return;
    }
    this.#progress =
      event.op === 'run_started'
        ? { cell: 0, cells: event.cells ?? 0, title: null }
        : {
            cell: event.number ?? 0,
            cells: this.#progress?.cells ?? event.number ?? 0,
            title: event.title ?? null
          };
  }
}

interface IStart {
  op: 'run_started' | 'cell_started';
  cells?: number;
  number?: number;
  title?: string | null;
}

/** Null for a line that is torn, or that a cell has written there. */
function parsed(line: string): IStart | null {
  try {
    return JSON.parse(line) as IStart;
  } catch {
    return null;
  }
}
