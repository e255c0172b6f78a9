import type { FatalCode, IFatal, IRetry } from './provider.ts';

/** Error words of the RFCs: the only upstream text that may be repeated. */
const KNOWN_ERRORS = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'invalid_target',
  'invalid_token',
  'invalid_client_metadata',
  'invalid_redirect_uri',
  'access_denied',
  'insufficient_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_token_type',
  'temporarily_unavailable',
  'server_error'
]);

/** No provider may make us wait longer than this before the next try. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;

export function fatal(code: FatalCode, why: string): IFatal {
  return { kind: 'fatal', code, why };
}

export function retry(why: string, maybeApplied: boolean): IRetry {
  return { kind: 'retry', afterMs: null, maybeApplied, why };
}

/** `Retry-After` in ms: seconds or an HTTP date (RFC 9110 §10.2.3). */
export function retryAfter(response: Response, now: number): number | null {
  const text = response.headers.get('retry-after')?.trim();
  if (!text) {
    return null;
  }
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms)
    ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
    : null;
}

export function isHtml(response: Response): boolean {
  return /^\s*(text\/html|application\/xhtml\+xml)/i.test(
    response.headers.get('content-type') ?? ''
  );
}

/** The `error` member of a body where it is a word of the RFCs, else ''. */
export async function errorWord(response: Response): Promise<string> {
  try {
    const body: unknown = JSON.parse(await response.text());
    const word =
      typeof body === 'object' && body !== null && 'error' in body
        ? body.error
        : '';
    return typeof word === 'string' && KNOWN_ERRORS.has(word) ? word : '';
  } catch {
    return '';
  }
}

/** Judges an answer by its status alone; null: a success, read on. */
export async function judge(
  response: Response,
  now: number
): Promise<IRetry | IFatal | null> {
  const { status } = response;
  if (status >= 200 && status < 300) {
    // A gateway's or a portal's page: the endpoint itself speaks JSON.
    return isHtml(response) ? retry('answered a web page', false) : null;
  }
  if (status === 429 || status === 503) {
    return {
      ...retry(`answered ${status}`, false),
      afterMs: retryAfter(response, now)
    };
  }
  if (status >= 500 || status === 408 || status === 425) {
    return retry(`answered ${status}`, status >= 500);
  }
  if (status >= 300 && status < 400) {
    return fatal('identity_refused', `answered ${status}, a redirect`);
  }
  const word = await errorWord(response);
  const why = word ? `answered ${status} ${word}` : `answered ${status}`;
  if (word === 'unsupported_token_type') {
    return fatal('unsupported', why);
  }
  if (word === 'temporarily_unavailable' || word === 'server_error') {
    return retry(why, false);
  }
  // RFC 6749 §5.2: of a refresh token that is "invalid, expired, revoked".
  if (word === 'invalid_token' || word === 'invalid_grant') {
    return fatal('unknown_token', why);
  }
  return word === 'invalid_client' || status === 401
    ? fatal('unknown_client', why)
    : fatal('identity_refused', why);
}
