import { Secret } from '../secrets/secret.ts';
import { retry } from './classify.ts';
import { ok, type Answer, type IClient } from './provider.ts';
import { isSafe } from './wire.ts';

/** Reads a registration answer (RFC 7591 §3.2.1). */
export function readClient(text: string, now: number): Answer<IClient> {
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
  const member = (name: string): string | null => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const id = member('client_id');
  if (!id) {
    return retry('answered without a client id', true);
  }
  const secret = member('client_secret');
  const uri = member('registration_client_uri');
  const token = member('registration_access_token');
  return ok({
    id,
    secret: secret ? new Secret(secret) : null,
    management:
      uri && token && URL.canParse(uri) && isSafe(new URL(uri))
        ? { uri, token: new Secret(token) }
        : null,
    expiresAt: secret ? expiryOf(fields, now) : null
  });
}

/** Their times are by their clock, so where both are given only the span counts. */
function expiryOf(fields: Record<string, unknown>, now: number): number | null {
  const until = fields['client_secret_expires_at'];
  // 0: it does not expire.
  if (typeof until !== 'number' || !(until > 0)) {
    return null;
  }
  const from = fields['client_id_issued_at'];
  const life = until * 1000 - (typeof from === 'number' ? from * 1000 : now);
  return life > 0 && Number.isSafeInteger(now + Math.round(life))
    ? now + Math.round(life)
    : null;
}
