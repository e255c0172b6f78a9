import { readFileSync, renameSync, writeFileSync } from 'node:fs';

import { GENESIS, type ILink } from './chain.ts';

/** Rows of so many ms may be cut off without a trace: the price of few writes. */
const EVERY_MS = 2000;

/**
 * The last link of the audit chain in a file of its own, so that a database
 * whose tail was cut off, or that was put back from a backup, does not pass.
 */
export class Anchor {
  readonly #path: string | null;
  #kept: ILink;
  #timer: NodeJS.Timeout | null = null;
  #wanted: ILink | null = null;

  /** @param path null: there is no such file (a database in memory) */
  constructor(path: string | null) {
    this.#path = path;
    this.#kept = path === null ? GENESIS : read(path);
  }

  get link(): ILink | null {
    return this.#kept === GENESIS ? null : this.#kept;
  }

  /** Notes a committed link; it is in the file a moment later. */
  note(link: ILink): void {
    if (this.#path === null) {
      return;
    }
    this.#wanted = link;
    this.#timer ??= setTimeout(() => this.flush(), EVERY_MS).unref();
  }

  flush(): void {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (this.#path === null || !this.#wanted) {
      return;
    }
    try {
      const draft = `${this.#path}.new`;
      writeFileSync(draft, `${JSON.stringify(this.#wanted)}\n`, {
        mode: 0o600
      });
      renameSync(draft, this.#path);
      this.#kept = this.#wanted;
      this.#wanted = null;
    } catch {
      // A full disk: the next commit tries again.
    }
  }
}

function read(path: string): ILink {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof found === 'object' &&
      found !== null &&
      'seq' in found &&
      'mac' in found &&
      typeof found.seq === 'number' &&
      typeof found.mac === 'string'
      ? { seq: found.seq, mac: found.mac }
      : GENESIS;
  } catch {
    return GENESIS;
  }
}
