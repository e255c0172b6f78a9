import { Secret } from '../secrets/secret.ts';
import type { Answer, IGrant } from './provider.ts';
import { fatal, retry } from './classify.ts';

/** A token's answer is at fault when its life is longer than this: 10 years. */
const MAX_LIFE_S = 10 * 365 * 86_400;

/** Header and payload are JSON: a resource may judge it without the issuer. */
export function isSelfContained(token: string): boolean {
  const parts = token.split('.');
  if (parts.length !== 3 && parts.length !== 5) {
    return false;
  }
  try {
    const head: unknown = JSON.parse(
      Buffer.from(parts[0] ?? '', 'base64url').toString()
    );
    return typeof head === 'object' && head !== null && 'alg' in head;
  } catch {
    return false;
  }
}

/** Seconds; null where it is missing, not a number, not positive or absurd. */
export function lifetime(value: unknown): number | null {
  const seconds =
    typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value)
      ? Number(value)
      : value;
  return typeof seconds === 'number' && seconds > 0 && seconds <= MAX_LIFE_S
    ? seconds
    : null;
}

/** No RFC names it; servers do, by these. */
const REFRESH_LIVES = ['refresh_expires_in', 'refresh_token_expires_in'];

function refreshExpiry(
  fields: Record<string, unknown>,
  now: number
): number | null {
  const [life] = REFRESH_LIVES.flatMap(name => lifetime(fields[name]) ?? []);
  return life === undefined ? null : now + life * 1000;
}

/**
 * Reads a token endpoint's answer (RFC 6749 §5.1). Once there is a token in it,
 * nothing may lose it: what breaks the rules comes back as `residue`.
 */
export function readGrant(
  text: string,
  requested: readonly string[],
  now: number
): Answer<IGrant> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return retry('answered something that is not JSON', true);
  }
  if (typeof body !== 'object' || body === null) {
    return retry('answered something that is not a JSON object', true);
  }
  const fields = body as Record<string, unknown>;
  const { access_token, token_type, expires_in, scope, refresh_token } = fields;
  if (typeof access_token !== 'string' || access_token === '') {
    return retry('answered without a token', true);
  }
  const life = lifetime(expires_in);
  const grant: IGrant = {
    token: new Secret(access_token),
    type: typeof token_type === 'string' ? token_type : '',
    expiresAt: life === null ? null : now + life * 1000,
    // RFC 6749 §5.1: absent means what was asked for.
    scopes:
      typeof scope === 'string'
        ? scope.split(' ').filter(word => word !== '')
        : requested,
    selfContained: isSelfContained(access_token),
    refresh:
      typeof refresh_token === 'string' && refresh_token !== ''
        ? {
            token: new Secret(refresh_token),
            expiresAt: refreshExpiry(fields, now)
          }
        : null
  };
  const refuse = (why: string): Answer<IGrant> => ({
    ...fatal('identity_refused', why),
    residue: grant
  });
  if (grant.type.toLowerCase() !== 'bearer') {
    return refuse('gave a token of an unknown type');
  }
  // It goes into a header; anything else could split one (RFC 6750 §2.1).
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(access_token)) {
    return refuse('gave a token that does not fit a header');
  }
  if (scope !== undefined && typeof scope !== 'string') {
    return refuse('gave a token with an unreadable scope');
  }
  if (grant.scopes.some(word => !requested.includes(word))) {
    return refuse('gave a token that may do more than was asked for');
  }
  return { kind: 'ok', value: { ...grant, type: 'Bearer' } };
}
