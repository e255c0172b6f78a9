import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

export type Sync = (fd: number) => Promise<void>;

/**
 * Waits for the disk off the loop. One fdatasync serves all who asked before it
 * began, and they are told in the order in which they asked.
 *
 * Once one has failed none is told that it went well: nobody knows which pages
 * the system has dropped, and a second one would not say
 * (https://wiki.postgresql.org/wiki/Fsync_Errors).
 */
export class FileSync {
  readonly #fd: number;
  readonly #sync: Sync;
  #current: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  /** @param path of a file that is there and stays the same one */
  constructor(path: string, sync: Sync = promisify(fdatasync)) {
    // SQLite locks the database itself and never its log, so that to close this one
    // takes no lock away (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled).
    this.#fd = openSync(path, 'r');
    this.#sync = sync;
  }

  /** Not null while something that was to be settled is not. */
  get unsettled(): Promise<void> | null {
    return this.#next ?? this.#current;
  }

  /** What has been written until now is on the disk when it resolves. */
  settle(): Promise<void> {
    this.#next ??= this.#after(this.#current);
    return this.#next;
  }

  async #after(before: Promise<void> | null): Promise<void> {
    // Also where there is none: who asks in the same turn is served by the same one.
    await before;
    this.#current = this.#next;
    this.#next = null;
    await this.#sync(this.#fd);
    this.#current = null;
  }

  /** After the last of them is settled. */
  close(): void {
    closeSync(this.#fd);
  }
}
