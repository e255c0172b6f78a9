import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** One answer is far smaller: whoever sends more is not our program. */
const LONGEST_ANSWER = 64 * 1024 * 1024;
const LONGEST_HEAD = 64 * 1024;

interface IWaiting {
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
}

interface IHead {
  readonly id: number;
  readonly length: number;
  readonly error: string | null;
}

/** Why a question has no answer; the message is for logs and `detail`. */
export class ReaderFailed extends Error {}

/**
 * `python -m jupyterlab_batch.runner view FOLDER`: the one fold, kept up to
 * date in a process of its own, so that neither a notebook of 50 MB nor a fold
 * in a second language is in the broker. Answers are handed on unparsed.
 */
export class Reader {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, IWaiting>();
  #pieces: Buffer[] = [];
  #size = 0;
  #head: IHead | null = null;
  #next = 1;
  #gone: ReaderFailed | null = null;

  constructor(
    python: string,
    folder: string,
    environment: Readonly<Record<string, string>>
  ) {
    this.#child = spawn(
      python,
      ['-m', 'jupyterlab_batch.runner', 'view', folder],
      { cwd: '/', env: { ...environment }, stdio: ['pipe', 'pipe', 'ignore'] }
    );
    this.#child.on('error', () => this.#fail(`${python} did not start`));
    if (this.#child.pid === undefined) {
      // Without files left there are no pipes either.
      this.#fail(`${python} did not start`);
      return;
    }
    this.#child.stdout.on('data', (piece: Buffer) => this.#take(piece));
    // A reader that has died is seen by 'close'; the pipe's error adds nothing.
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('close', (code, signal) =>
      this.#fail(`it ended with ${signal ?? String(code)}`)
    );
  }

  get gone(): boolean {
    return this.#gone !== null;
  }

  get busy(): boolean {
    return this.#waiting.size > 0;
  }

  ask(question: object): Promise<Buffer> {
    if (this.#gone) {
      return Promise.reject(this.#gone);
    }
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ ...question, id })}\n`);
    });
  }

  /** At the end of its questions it leaves; killed, it cannot hang. */
  close(): void {
    if (this.#child.pid === undefined) {
      return;
    }
    this.#child.stdin.end();
    this.#child.kill('SIGKILL');
    this.#fail('it was closed');
  }

  #take(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
    for (;;) {
      if (this.#head === null && !this.#readHead()) {
        return;
      }
      const head = this.#head;
      if (head === null || this.#size < head.length) {
        return;
      }
      const body = this.#cut(head.length);
      this.#head = null;
      const waiting = this.#waiting.get(head.id);
      this.#waiting.delete(head.id);
      if (head.error === null) {
        waiting?.resolve(body);
      } else {
        waiting?.reject(new ReaderFailed(head.error));
      }
    }
  }

  #readHead(): boolean {
    const bytes = this.#all();
    const end = bytes.indexOf(10);
    if (end === -1) {
      if (bytes.length > LONGEST_HEAD) {
        this.close();
      }
      return false;
    }
    const head = parseHead(this.#cut(end + 1));
    if (head === null || head.length > LONGEST_ANSWER) {
      this.close();
      return false;
    }
    this.#head = head;
    return true;
  }

  #all(): Buffer {
    const [first] = this.#pieces;
    if (this.#pieces.length === 1 && first) {
      return first;
    }
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }

  #cut(length: number): Buffer {
    const all = this.#all();
    this.#pieces = [all.subarray(length)];
    this.#size -= length;
    return all.subarray(0, length);
  }

  #fail(why: string): void {
    if (this.#gone) {
      return;
    }
    const failed = new ReaderFailed(why);
    this.#gone = failed;
    for (const { reject } of this.#waiting.values()) {
      reject(failed);
    }
    this.#waiting.clear();
  }
}

function parseHead(line: Buffer): IHead | null {
  try {
    const head = JSON.parse(line.toString('utf8')) as Partial<IHead>;
    return typeof head.id === 'number' && Number.isSafeInteger(head.length)
      ? { id: head.id, length: Number(head.length), error: head.error ?? null }
      : null;
  } catch {
    return null;
  }
}
