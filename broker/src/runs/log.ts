import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { LogChunk } from '@jupyterlab-batch/protocol';

import { told } from './logline.ts';
import { FOLDER } from './paths.ts';

const NEWLINE = 10;
/** Read at once. */
const WINDOW = 256 * 1024;
/** An event longer than this is told by its size: it is an image, or a flood. */
const LONGEST = 4 * 1024 * 1024;

/**
 * A piece of what a run printed, as a terminal would have shown it, read from its
 * events; they were redacted when they were written. After the end of the run,
 * what runner and kernel said outside of cells follows.
 *
 * @param offset bytes into `events.jsonl` with `runner.log` behind it, as the
 *   piece before gave it; negative: so far from the end, from a whole event on
 * @param ended nothing will be written any more
 */
export async function readLog(
  folder: string,
  offset: number,
  ended: boolean
): Promise<LogChunk> {
  const events = await Source.open(join(folder, FOLDER.events));
  const runner = await Source.open(join(folder, FOLDER.log));
  try {
    const total = events.size + (ended ? runner.size : 0);
    const from = offset < 0 ? Math.max(0, total + offset) : offset;
    const piece =
      from < events.size
        ? await eventsFrom(
            events,
            offset < 0 ? await events.lineAt(from) : from,
            ended
          )
        : await runner.textFrom(from - events.size, ended, events.size);
    return { ...piece, ended: ended && piece.offset >= total };
  } finally {
    await events.close();
    await runner.close();
  }
}

interface IPiece {
  readonly text: string;
  readonly offset: number;
}

async function eventsFrom(
  events: Source,
  start: number,
  ended: boolean
): Promise<IPiece> {
  const bytes = await events.read(start, WINDOW);
  const last = bytes.lastIndexOf(NEWLINE);
  if (last >= 0) {
    const lines = bytes.subarray(0, last).toString('utf8').split('\n');
    return { text: told(lines), offset: start + last + 1 };
  }
  const end = await events.find(NEWLINE, start + bytes.length);
  if (end === null) {
    // A line that is being written, or one that a crash has torn.
    return { text: '', offset: ended ? events.size : start };
  }
  const length = end - start;
  const text =
    length > LONGEST
      ? `[${length} bytes of output: see the executed notebook]\n`
      : told([(await events.read(start, length)).toString('utf8')]);
  return { text, offset: end + 1 };
}

/** A file that may not be there yet, at the size it had when it was opened. */
class Source {
  readonly size: number;
  readonly #file: FileHandle | null;

  private constructor(file: FileHandle | null, size: number) {
    this.#file = file;
    this.size = size;
  }

  static async open(path: string): Promise<Source> {
    try {
      const file = await open(path, 'r');
      return new Source(file, (await file.stat()).size);
    } catch {
      return new Source(null, 0);
    }
  }

  async read(from: number, length: number): Promise<Buffer> {
    const room = Math.max(0, Math.min(length, this.size - from));
    if (!this.#file || room === 0) {
      return Buffer.alloc(0);
    }
    const buffer = Buffer.alloc(room);
    const { bytesRead } = await this.#file.read(buffer, 0, room, from);
    return buffer.subarray(0, bytesRead);
  }

  /** Where the next such byte is, or null. */
  async find(byte: number, from: number): Promise<number | null> {
    for (let at = from; ; at += WINDOW) {
      const bytes = await this.read(at, WINDOW);
      const found = bytes.indexOf(byte);
      if (found >= 0) {
        return at + found;
      }
      if (bytes.length < WINDOW) {
        return null;
      }
    }
  }

  /** Where the line begins that this byte is in. */
  async lineAt(byte: number): Promise<number> {
    for (let end = byte; end > 0; end -= WINDOW) {
      const from = Math.max(0, end - WINDOW);
      const found = (await this.read(from, end - from)).lastIndexOf(NEWLINE);
      if (found >= 0) {
        return from + found + 1;
      }
    }
    return 0;
  }

  /** Plain text from a byte on; nothing before the run has ended. */
  async textFrom(
    from: number,
    ended: boolean,
    before: number
  ): Promise<IPiece> {
    const bytes = ended ? await this.read(from, WINDOW) : Buffer.alloc(0);
    const whole =
      from + bytes.length < this.size ? wholeCharacters(bytes) : bytes;
    const head = from === 0 && whole.length > 0 ? HEAD : '';
    return {
      text: head + whole.toString('utf8'),
      offset: before + from + whole.length
    };
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

const HEAD = '\n── runner and kernel ──\n';

/** A piece may end inside a character of several bytes: leave that for the next. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) !== 0x80) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}
