import type { Secret } from './secret.ts';

/** Shorter ones would also be found where they are not meant. */
const SHORTEST = 8;

/** How a value may be spelt in a line. */
function spellings(secret: Secret): readonly string[] {
  const text = secret.reveal();
  const bytes = secret.bytes();
  // In base64 it looks otherwise where one or two bytes are before it.
  const shifted = Buffer.alloc(2 + bytes.length);
  bytes.copy(shifted, 2);
  const found = new Set([
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap(offset =>
      (['base64', 'base64url'] as const).map(encoding =>
        inside(shifted.subarray(2 - offset), offset, encoding)
      )
    )
  ]);
  bytes.fill(0);
  shifted.fill(0);
  return [...found];
}

/** The part of a base64 text that does not depend on what is beside it. */
function inside(
  bytes: Buffer,
  offset: number,
  encoding: 'base64' | 'base64url'
): string {
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((bytes.length * 8) / 6);
  return bytes.toString(encoding).slice(first, last);
}

/** So many are remembered, the latest ones; a line is searched for each. */
const MOST = 512;

interface IKnown {
  /** how it may be spelt */
  readonly spelt: readonly string[];
  /** whose it is; null: of nobody that ends */
  readonly of: string | null;
}

/**
 * Takes the values of secrets out of text that leaves the broker's rooms, by
 * value: whatever wrote them there. The last step of every log line.
 */
export class Scrubber {
  /** by value; the one that was met last comes last */
  readonly #known = new Map<string, IKnown>();

  /**
   * @param of whose it is, to be forgotten with it; absent: for good
   * @returns the secret, so that it can be met on its way
   */
  know(secret: Secret, of?: string): Secret {
    const value = secret.reveal();
    if (value.length >= SHORTEST) {
      const known = this.#known.get(value) ?? {
        spelt: spellings(secret),
        of: of ?? null
      };
      this.#known.delete(value);
      this.#known.set(value, of === undefined ? { ...known, of: null } : known);
      const [oldest] = this.#known.keys();
      if (this.#known.size > MOST && oldest !== undefined) {
        this.#known.delete(oldest);
      }
    }
    return secret;
  }

  /** Its secrets are dead, and are kept nowhere else. */
  forget(of: string): void {
    for (const [value, known] of this.#known) {
      if (known.of === of) {
        this.#known.delete(value);
      }
    }
  }

  scrub = (text: string): string => {
    let clean = text;
    for (const { spelt } of this.#known.values()) {
      for (const spelling of spelt) {
        if (clean.includes(spelling)) {
          clean = clean.replaceAll(spelling, '[redacted]');
        }
      }
    }
    return clean;
  };
}
