import {
  createHash,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject
} from 'node:crypto';

/**
 * A certificate of our own, for TLS between this broker and its jobs. Jobs trust
 * it and no authority, so it needs no name that anybody could look up.
 */
export interface IIdentity {
  /** PEM, PKCS 8 */
  readonly key: string;
  /** PEM */
  readonly certificate: string;
}

/** X.690: one DER element. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const size =
    body.length < 128
      ? Buffer.of(body.length)
      : body.length < 256
        ? Buffer.of(0x81, body.length)
        : Buffer.of(0x82, body.length >> 8, body.length & 255);
  return Buffer.concat([Buffer.of(tag), size, body]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const oid = (...bytes: readonly number[]): Buffer =>
  der(0x06, Buffer.from(bytes));
const octets = (body: Buffer): Buffer => der(0x04, body);
const bits = (body: Buffer): Buffer => der(0x03, Buffer.of(0), body);
/** RFC 5280 4.1.2.5.2: years from 2050 on need this form, and all may have it */
const time = (at: Date): Buffer =>
  der(0x18, Buffer.from(at.toISOString().replace(/[-:T]|\.\d+/g, '')));

const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
const YES = der(0x01, Buffer.of(0xff));
const DAY_MS = 86_400_000;
const YEARS = 20;

/** Makes a P-256 key and a certificate for it that it signs itself (RFC 5280). */
export function makeIdentity(now: Date): IIdentity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256'
  });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, certificate: selfSigned(privateKey, publicKey, now) };
}

function selfSigned(
  privateKey: KeyObject,
  publicKey: KeyObject,
  now: Date
): string {
  const commonName = sequence(
    oid(0x55, 4, 3),
    der(0x0c, Buffer.from('jupyterlab-batch broker'))
  );
  const name = sequence(der(0x31, commonName));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const serial = randomBytes(16);
  serial[0] = (serial[0] & 0x7f) | 0x01;
  const until = new Date(now.getTime() + YEARS * 365 * DAY_MS);
  // a clock that is an hour behind must not refuse it
  const from = new Date(now.getTime() - DAY_MS);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial),
    ECDSA_SHA256,
    name,
    sequence(time(from), time(until)),
    name,
    spki,
    der(0xa3, sequence(...extensions(spki)))
  );
  const signature = sign('sha256', body, privateKey);
  const base64 = sequence(body, ECDSA_SHA256, bits(signature))
    .toString('base64')
    .replace(/.{64}/g, '$&\n')
    .trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

/** An authority for itself alone, which signs and serves. */
function extensions(spki: Buffer): Buffer[] {
  const keyId = createHash('sha1').update(spki).digest();
  return [
    // basicConstraints: CA, no further one below it
    sequence(
      oid(0x55, 0x1d, 0x13),
      YES,
      octets(sequence(YES, der(0x02, Buffer.of(0))))
    ),
    // keyUsage: digitalSignature, keyCertSign
    sequence(
      oid(0x55, 0x1d, 0x0f),
      YES,
      octets(der(0x03, Buffer.of(2, 0b10000100)))
    ),
    // subjectKeyIdentifier
    sequence(oid(0x55, 0x1d, 0x0e), octets(octets(keyId)))
  ];
}
