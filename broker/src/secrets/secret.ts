import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

/** A string that does not print: not in logs, JSON, errors or a debugger's line. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** 256 bits as 64 hex digits. */
  static random(): Secret {
    return new Secret(randomBytes(32).toString('hex'));
  }

  /** Takes what is in the bytes, and leaves none of it there. */
  static from(bytes: Buffer): Secret {
    const secret = new Secret(bytes.toString('utf8'));
    bytes.fill(0);
    return secret;
  }

  /**
   * As UTF-8, in memory of its own (`Buffer.from` shares a pool, which lives on):
   * who asked for it overwrites it.
   */
  bytes(): Buffer {
    const bytes = Buffer.alloc(Buffer.byteLength(this.#value));
    bytes.write(this.#value);
    return bytes;
  }

  /** The value; call it only where it leaves for its one rightful reader. */
  reveal(): string {
    return this.#value;
  }

  /** SHA-256 in hex, for storing what only has to be compared. */
  hash(): string {
    return createHash('sha256').update(this.#value).digest('hex');
  }

  /** Compares with a stored hash in constant time. */
  fits(hash: string): boolean {
    const own = Buffer.from(this.hash(), 'hex');
    const other = Buffer.from(hash, 'hex');
    return own.length === other.length && timingSafeEqual(own, other);
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
