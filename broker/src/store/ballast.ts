import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Enough for thousands of transitions. */
const BYTES = 4 * 1024 * 1024;
const AGAIN_MS = 30_000;

/**
 * Space that is kept for the day when the disk is full: it is let go so that
 * what ends a credential can be committed (DESIGN §8: revocation never waits).
 */
export class Ballast {
  readonly #path: string | null;
  #next = 0;

  /** @param path null: none is kept (a database in memory) */
  constructor(path: string | null) {
    this.#path = path;
    this.restore(0);
  }

  /** @returns whether there is space now that was not there before */
  release(): boolean {
    if (this.#path === null || !existsSync(this.#path)) {
      return false;
    }
    rmSync(this.#path, { force: true });
    return true;
  }

  /** Takes the space again when there is some. */
  restore(now: number): void {
    if (this.#path === null || now < this.#next) {
      return;
    }
    this.#next = now + AGAIN_MS;
    try {
      if (statSync(this.#path, { throwIfNoEntry: false })?.size !== BYTES) {
        // Random, so that no file system keeps a hole or packs it.
        writeFileSync(this.#path, randomBytes(BYTES), { mode: 0o600 });
      }
    } catch {
      rmSync(this.#path, { force: true });
    }
  }
}
