import type { IRetry } from './provider.ts';

/** Longest answer that is read; discovery documents are a few kB. */
const MAX_BYTES = 256 * 1024;
const DEFAULT_TIMEOUT_MS = 10_000;

/** Before these the request had not left. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  // A certificate that does not hold: Node's list, which is OpenSSL's.
  'CERT_CHAIN_TOO_LONG',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID'
]);

/** The exchange broke before there was an answer to judge. */
export class WireError extends Error {
  readonly maybeApplied: boolean;

  constructor(why: string, maybeApplied: boolean) {
    super(why);
    this.name = 'WireError';
    this.maybeApplied = maybeApplied;
  }

  retry(): IRetry {
    return {
      kind: 'retry',
      afterMs: null,
      maybeApplied: this.maybeApplied,
      why: this.message
    };
  }
}

/** An address to which no credential may be sent. */
export class UnsafeUrlError extends Error {}

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return (
    host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/** https anywhere, http on this machine only, never credentials in the URL. */
export function isSafe(url: URL): boolean {
  return (
    (url.protocol === 'https:' ||
      (url.protocol === 'http:' && isLoopback(url))) &&
    url.username === '' &&
    url.password === ''
  );
}

export interface IWireOptions {
  readonly fetch?: Fetch;
  readonly timeoutMs?: number;
}

/**
 * fetch with bounds: time, size, no redirects, safe addresses. The answer is
 * read whole here, so that a slow or endless body is a `WireError` as well.
 */
export function bounded(options: IWireOptions = {}): Fetch {
  const send = options.fetch ?? ((url, init) => fetch(url, init));
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return async (address, init = {}) => {
    if (!URL.canParse(address) || !isSafe(new URL(address))) {
      throw new UnsafeUrlError('the provider named an unsafe address');
    }
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init.signal
      ? AbortSignal.any([init.signal, timeout])
      : timeout;
    try {
      const answer = await send(address, {
        ...init,
        signal,
        redirect: 'manual'
      });
      const bytes = await readBounded(answer);
      const empty = [101, 204, 205, 304].includes(answer.status);
      return new Response(empty ? null : bytes, {
        status: answer.status,
        headers: answer.headers
      });
    } catch (error) {
      if (error instanceof WireError) {
        throw error;
      }
      if (timeout.aborted) {
        throw new WireError(
          `did not answer within ${timeoutMs / 1000} s`,
          true
        );
      }
      const code = codeOf(error);
      throw NOT_SENT.has(code)
        ? new WireError(`cannot be reached (${code})`, false)
        : new WireError('broke the connection', true);
    }
  };
}

async function readBounded(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = answer.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part?.value) {
      break;
    }
    size += part.value.byteLength;
    if (size > MAX_BYTES) {
      await reader?.cancel();
      throw new WireError('sent an answer that is too large', true);
    }
    chunks.push(part.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Only codes of our own runtime: an error's message may hold the address. */
function codeOf(error: unknown): string {
  let cause: unknown = error;
  for (let depth = 0; depth < 4 && cause instanceof Error; depth += 1) {
    if ('code' in cause && typeof cause.code === 'string') {
      return cause.code;
    }
    cause =
      cause instanceof AggregateError ? cause.errors[0] : (cause.cause ?? null);
  }
  return '';
}
