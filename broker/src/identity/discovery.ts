import * as oauth from 'oauth4webapi';

import type { Clock } from '../lifecycle/types.ts';
import { fatal, isHtml, judge, retry } from './classify.ts';
import { ok, type Answer } from './provider.ts';
import { UnsafeUrlError, WireError, type Fetch } from './wire.ts';

const FRESH_MS = 10 * 60_000;

/** The issuer's metadata: RFC 8414, else OpenID Connect's place. */
export class Discovery {
  readonly #issuer: URL;
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  #known: { at: number; server: oauth.AuthorizationServer } | null = null;

  constructor(issuer: URL, fetch: Fetch, clock: Clock) {
    this.#issuer = issuer;
    this.#fetch = fetch;
    this.#clock = clock;
  }

  async find(signal: AbortSignal): Promise<Answer<oauth.AuthorizationServer>> {
    if (this.#known && this.#clock() - this.#known.at < FRESH_MS) {
      return ok(this.#known.server);
    }
    const first = await this.#ask('oauth2', signal);
    const answer =
      first.kind === 'fatal' ? await this.#ask('oidc', signal) : first;
    if (answer.kind === 'ok') {
      this.#known = { at: this.#clock(), server: answer.value };
      return answer;
    }
    // An old document is better than none: credentials have to be ended there.
    if (this.#known) {
      return ok(this.#known.server);
    }
    // Nothing is applied by reading.
    return answer.kind === 'retry'
      ? { ...answer, maybeApplied: false }
      : answer;
  }

  async #ask(
    algorithm: 'oauth2' | 'oidc',
    signal: AbortSignal
  ): Promise<Answer<oauth.AuthorizationServer>> {
    let response: Response;
    try {
      response = await oauth.discoveryRequest(this.#issuer, {
        algorithm,
        signal,
        [oauth.customFetch]: (url, init) => this.#fetch(url, init),
        [oauth.allowInsecureRequests]: true
      });
    } catch (error) {
      if (error instanceof WireError) {
        return error.retry();
      }
      if (error instanceof UnsafeUrlError) {
        return fatal('identity_refused', error.message);
      }
      throw error;
    }
    // Many servers answer their front page for a place they do not know.
    if (response.status === 200 && isHtml(response)) {
      return algorithm === 'oauth2'
        ? fatal('unsupported', 'answered a web page')
        : retry('answered a web page', false);
    }
    const bad = await judge(response, this.#clock());
    if (bad) {
      return bad;
    }
    try {
      return ok(await oauth.processDiscoveryResponse(this.#issuer, response));
    } catch {
      return fatal(
        'identity_refused',
        'published metadata that does not fit its issuer'
      );
    }
  }
}
