import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes
} from 'node:crypto';

import { BatchError, problem } from '@jupyterlab-batch/protocol';

import { Secret } from './secret.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

function subkey(key: Buffer, use: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', key, '', `jupyterlab-batch/${use}/1`, 32)
  );
}

/**
 * Seals secrets for the database: AES-256-GCM, bound to the lease and the
 * field, so that a sealed value moved to another row does not open.
 */
export class Vault {
  readonly #seal: Buffer;
  readonly #mac: Buffer;
  /** names the key without revealing it; stands in front of every value */
  readonly #id: string;

  /**
   * @param key seals; may be rotated
   * @param markKey marks values in audit rows; stays, so that marks do
   */
  constructor(key: Buffer, markKey: Buffer = key) {
    if (key.length !== 32) {
      throw new RangeError('the key has 256 bits');
    }
    this.#seal = subkey(key, 'seal');
    this.#mac = subkey(markKey, 'mac');
    this.#id = subkey(key, 'id').subarray(0, 4).toString('hex');
  }

  /** @returns `1.KEYID.BASE64URL(iv, ciphertext, tag)` */
  seal(lease: string, field: string, secret: Secret): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#seal, iv);
    cipher.setAAD(aad(lease, field));
    const bytes = Buffer.concat([
      iv,
      cipher.update(secret.reveal(), 'utf8'),
      cipher.final(),
      cipher.getAuthTag()
    ]);
    return `1.${this.#id}.${bytes.toString('base64url')}`;
  }

  /** @throws BatchError when the key is another one, or the value was altered */
  unseal(lease: string, field: string, sealed: string): Secret {
    const [version, id, text, ...more] = sealed.split('.');
    if (version !== '1' || !id || !text || more.length > 0) {
      return refuse(`The sealed ${field} of lease ${lease} is damaged.`);
    }
    if (id !== this.#id) {
      return refuse(
        `The ${field} of lease ${lease} was sealed with another key. Put the old key file back.`
      );
    }
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) {
      return refuse(`The sealed ${field} of lease ${lease} is damaged.`);
    }
    const decipher = createDecipheriv(
      'aes-256-gcm',
      this.#seal,
      bytes.subarray(0, IV_BYTES)
    );
    decipher.setAAD(aad(lease, field));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    try {
      const clear = Buffer.concat([
        decipher.update(bytes.subarray(IV_BYTES, bytes.length - TAG_BYTES)),
        decipher.final()
      ]);
      return new Secret(clear.toString('utf8'));
    } catch {
      return refuse(
        `The sealed ${field} of lease ${lease} was altered and does not open.`
      );
    }
  }

  /** Stands for a value in audit rows: equal values, equal marks, no way back. */
  mark(secret: Secret): string {
    const mac = createHmac('sha256', this.#mac).update(secret.reveal());
    return `hmac:${mac.digest('hex').slice(0, 16)}`;
  }
}

/** As JSON, so that no two pairs share their bytes. */
function aad(lease: string, field: string): Buffer {
  return Buffer.from(JSON.stringify([lease, field]));
}

function refuse(detail: string): never {
  throw new BatchError(problem('malformed_config', detail));
}
