import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject
} from 'node:crypto';

import { BatchError, problem } from '@jupyterlab-batch/protocol';

import { Secret } from './secret.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Whose secrets are sealed: its id, and its data key as `newKey` wrapped it. */
export interface IKeyOwner {
  readonly id: string;
  /** null: sealed before there were data keys, by the key-encryption key itself */
  readonly key: string | null;
}

/** A key-encryption key: outside the database, in a file of its own. */
interface IKek {
  /** names the key without revealing it */
  readonly id: string;
  readonly seal: KeyObject;
  readonly wrap: KeyObject;
}

/**
 * Seals secrets for the database with AES-256-GCM. Each lease has a data key of
 * its own, kept wrapped under the key-encryption key beside what it seals: where
 * it is erased, nothing that was sealed with it opens again, and where the
 * key-encryption key is rotated, only the data keys are wrapped anew.
 */
export class Vault {
  /** the first one wraps; the others only open what was wrapped before */
  #keks: readonly IKek[];
  readonly #mac: KeyObject;

  /**
   * @param keys 256 bits each, the current one first
   * @param markKey marks values in audit rows; stays, so that marks do
   */
  constructor(keys: readonly Buffer[], markKey: Buffer) {
    if (keys.length === 0 || [...keys, markKey].some(k => k.length !== 32)) {
      throw new RangeError('a key has 256 bits');
    }
    this.#keks = keys.map(kek);
    this.#mac = createSecretKey(subkey(markKey, 'mac'));
  }

  /** From now on wraps with another key; the others still open. */
  turnTo(key: Buffer): void {
    this.#keks = [kek(key), ...this.#keks];
  }

  /** Only the current key is left. */
  forgetOld(): void {
    this.#keks = this.#keks.slice(0, 1);
  }

  /** @returns a new data key for a lease: `k1.KEKID.BASE64URL` */
  newKey(lease: string): string {
    return this.#wrap(lease, randomBytes(KEY_BYTES));
  }

  /** Whether its data key can be unwrapped, as far as the name of its key tells. */
  knows({ key }: IKeyOwner): boolean {
    return (
      key === null || this.#keks.some(({ id }) => id === key.split('.')[1])
    );
  }

  /** The same data key under the current key; null: it is there already. */
  rewrap({ id, key }: IKeyOwner): string | null {
    if (key === null || key.split('.')[1] === this.#current.id) {
      return null;
    }
    return this.#wrap(id, this.#dataKey(id, key).export());
  }

  /** @returns `2.BASE64URL(iv, ciphertext, tag)`, bound to lease and field */
  seal(owner: IKeyOwner, field: string, secret: Secret): string {
    const clear = secret.bytes();
    const bound = aad(owner.id, field);
    try {
      return owner.key === null
        ? `1.${this.#current.id}.${encrypt(this.#current.seal, bound, clear)}`
        : `2.${encrypt(this.#dataKey(owner.id, owner.key), bound, clear)}`;
    } finally {
      clear.fill(0);
    }
  }

  /** @throws BatchError when the key is another one, or the value was altered */
  unseal(owner: IKeyOwner, field: string, sealed: string): Secret {
    const what = `The ${field} of lease ${owner.id}`;
    const parts = sealed.split('.');
    const bound = aad(owner.id, field);
    if (parts[0] === '2' && parts.length === 2 && owner.key !== null) {
      const key = this.#dataKey(owner.id, owner.key);
      return Secret.from(decrypt(key, bound, parts[1], what));
    }
    if (parts[0] !== '1' || parts.length !== 3) {
      return refuse(`${what} is damaged.`);
    }
    const { seal } = this.#kek(parts[1], what);
    return Secret.from(decrypt(seal, bound, parts[2], what));
  }

  /** Stands for a value in audit rows: equal values, equal marks, no way back. */
  mark(secret: Secret): string {
    const mac = createHmac('sha256', this.#mac).update(secret.reveal());
    return `hmac:${mac.digest('hex').slice(0, 16)}`;
  }

  get #current(): IKek {
    // Never empty, by the constructor.
    return this.#keks[0];
  }

  #wrap(lease: string, key: Buffer): string {
    const { id, wrap } = this.#current;
    return `k1.${id}.${encrypt(wrap, aad(lease, 'key'), key)}`;
  }

  #dataKey(lease: string, wrapped: string): KeyObject {
    const what = `The data key of lease ${lease}`;
    const [version, id, text, ...more] = wrapped.split('.');
    if (version !== 'k1' || more.length > 0) {
      return refuse(`${what} is damaged.`);
    }
    const { wrap } = this.#kek(id, what);
    const bytes = decrypt(wrap, aad(lease, 'key'), text, what);
    const key = createSecretKey(bytes);
    bytes.fill(0);
    return key;
  }

  #kek(id: string | undefined, what: string): IKek {
    return (
      this.#keks.find(one => one.id === id) ??
      refuse(`${what} was sealed with another key. Put the old key file back.`)
    );
  }
}

function kek(key: Buffer): IKek {
  return {
    id: subkey(key, 'id').subarray(0, 4).toString('hex'),
    seal: createSecretKey(subkey(key, 'seal')),
    wrap: createSecretKey(subkey(key, 'wrap'))
  };
}

function subkey(key: Buffer, use: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', key, '', `jupyterlab-batch/${use}/1`, KEY_BYTES)
  );
}

function encrypt(key: KeyObject, bound: Buffer, clear: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(bound);
  return Buffer.concat([
    iv,
    cipher.update(clear),
    cipher.final(),
    cipher.getAuthTag()
  ]).toString('base64url');
}

function decrypt(
  key: KeyObject,
  bound: Buffer,
  text: string | undefined,
  what: string
): Buffer {
  const bytes = Buffer.from(text ?? '', 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) {
    return refuse(`${what} is damaged.`);
  }
  const iv = bytes.subarray(0, IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv);
  decipher.setAAD(bound);
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const clear = decipher.update(
    bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES)
  );
  try {
    // GCM is a stream: all has come already.
    decipher.final();
    return clear;
  } catch {
    clear.fill(0);
    return refuse(`${what} was altered and does not open.`);
  }
}

/** As JSON, so that no two pairs share their bytes. */
function aad(lease: string, field: string): Buffer {
  return Buffer.from(JSON.stringify([lease, field]));
}

function refuse(detail: string): never {
  throw new BatchError(problem('malformed_config', detail));
}
