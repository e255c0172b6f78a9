import type { Secret } from './secret.ts';

/** Shorter ones would also be found where they are not meant. */
const SHORTEST = 8;

const ENCODINGS: readonly ((text: string) => string)[] = [
  text => text,
  text => JSON.stringify(text).slice(1, -1),
  encodeURIComponent,
  text => Buffer.from(text).toString('hex'),
  ...[0, 1, 2].flatMap(offset =>
    (['base64', 'base64url'] as const).map(
      encoding => (text: string) => inside(text, offset, encoding)
    )
  )
];

/** The part of a base64 text that does not depend on what is beside it. */
function inside(
  text: string,
  offset: number,
  encoding: 'base64' | 'base64url'
): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((bytes.length * 8) / 6);
  return bytes.toString(encoding).slice(first, last);
}

/** So many are remembered, the latest ones; a line is searched for each. */
const MOST = 512;

/**
 * Takes the values of secrets out of text that leaves the broker's rooms, by
 * value: whatever wrote them there. The last step of every log line.
 */
export class Scrubber {
  /** value → how it may be spelt; the one that was met last comes last */
  readonly #known = new Map<string, readonly string[]>();

  /** @returns the secret, so that it can be met on its way */
  know(secret: Secret): Secret {
    const value = secret.reveal();
    if (value.length >= SHORTEST) {
      const spelt = this.#known.get(value) ?? [
        ...new Set(ENCODINGS.map(encode => encode(value)))
      ];
      this.#known.delete(value);
      this.#known.set(value, spelt);
      const [oldest] = this.#known.keys();
      if (this.#known.size > MOST && oldest !== undefined) {
        this.#known.delete(oldest);
      }
    }
    return secret;
  }

  scrub = (text: string): string => {
    let clean = text;
    for (const spellings of this.#known.values()) {
      for (const spelling of spellings) {
        if (clean.includes(spelling)) {
          clean = clean.replaceAll(spelling, '[redacted]');
        }
      }
    }
    return clean;
  };
}
