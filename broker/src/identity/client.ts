import { Secret } from '../secrets/secret.ts';
import { retry } from './classify.ts';
import { ok, type Answer, type IClient } from './provider.ts';
import { isSafe } from './wire.ts';

/** Reads a registration answer (RFC 7591 §3.2.1). */
export function readClient(text: string): Answer<IClient> {
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
        : null
  });
}
