import {
  generateKeyPairSync,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject
} from 'node:crypto';

export interface IClaims {
  readonly iss: string;
  readonly sub: string;
  readonly jti: string;
  readonly scope: string;
  /** seconds since the epoch */
  readonly exp: number;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** ES256 tokens that anyone with the public key can check without asking. */
export class Signer {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  readonly #kid = 'platform';

  constructor() {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#private = pair.privateKey;
    this.#public = pair.publicKey;
  }

  /** The private key as the provider's key set takes it. */
  jwk(): JsonWebKey {
    return {
      ...this.#private.export({ format: 'jwk' }),
      kid: this.#kid,
      use: 'sig',
      alg: 'ES256'
    };
  }

  sign(claims: IClaims): string {
    const head = { alg: 'ES256', typ: 'at+jwt', kid: this.#kid };
    const text = `${encode(head)}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(text), {
      key: this.#private,
      dsaEncoding: 'ieee-p1363'
    });
    return `${text}.${signature.toString('base64url')}`;
  }

  /** The claims of a token of ours that has not expired, else null. */
  check(token: string): IClaims | null {
    const [head, body, signature, ...more] = token.split('.');
    if (!head || !body || !signature || more.length > 0) {
      return null;
    }
    const genuine = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key: this.#public, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url')
    );
    if (!genuine) {
      return null;
    }
    // Signed by ourselves, so it is what `sign` was given.
    const raw = JSON.parse(
      Buffer.from(body, 'base64url').toString()
    ) as Partial<Record<string, string | number>>;
    const claims: IClaims = {
      iss: String(raw.iss),
      sub: String(raw.sub ?? raw.client_id),
      jti: String(raw.jti),
      scope: String(raw.scope ?? ''),
      exp: Number(raw.exp)
    };
    return claims.exp > Date.now() / 1000 ? claims : null;
  }
}
