import type { IEffect, IIntent, Outcome } from '../../lifecycle/types.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { LeaseEvent } from '../events.ts';
import type { Answer, IClient, ILeaseProvider, TokenHint } from '../ports.ts';
import {
  brokenBy,
  faultOf,
  NOT_CONFIGURED,
  openClient,
  openToken,
  providerOf,
  tell,
  type ILeaseWorld
} from './world.ts';

interface IQuestion<T> {
  readonly ask: (
    provider: ILeaseProvider,
    client: IClient | null,
    token: Secret,
    signal: AbortSignal,
    hint: TokenHint
  ) => Promise<Answer<T>>;
  readonly answered: (n: number, value: T, jitter: number) => LeaseEvent;
  readonly failed: 'revoke_failed' | 'probe_failed' | 'introspect_failed';
}

/** One call about one token. All three may be made again at any time. */
class TokenEffect<T> implements IEffect {
  readonly #world: ILeaseWorld;
  readonly #question: IQuestion<T>;

  constructor(world: ILeaseWorld, question: IQuestion<T>) {
    this.#world = world;
    this.#question = question;
  }

  async perform(intent: IIntent, signal: AbortSignal): Promise<Outcome> {
    const { ask, answered, failed } = this.#question;
    const n = Number(intent.payload.n);
    const jitter = this.#world.random();
    try {
      const lease = await this.#world.store.read(intent.subject);
      const token = lease?.tokens.find(one => one.n === n);
      const provider = lease && providerOf(this.#world, lease);
      if (!lease || !token || !provider) {
        return tell({ type: failed, n, fault: NOT_CONFIGURED, jitter });
      }
      const answer = await ask(
        provider,
        openClient(this.#world, lease),
        openToken(this.#world, lease, token),
        signal,
        token.refresh ? 'refresh_token' : 'access_token'
      );
      return answer.kind === 'ok'
        ? tell(answered(n, answer.value, jitter))
        : tell({ type: failed, n, fault: faultOf(answer), jitter });
    } catch (error) {
      // For instance a key that does not open what it sealed.
      return tell({ type: failed, n, fault: brokenBy(error), jitter });
    }
  }
}

export function revokeEffect(world: ILeaseWorld): IEffect {
  return new TokenEffect(world, {
    ask: (provider, client, token, signal, hint) =>
      provider.revoke(client, token, signal, hint),
    answered: n => ({ type: 'revoked', n }),
    failed: 'revoke_failed'
  });
}

export function probeEffect(world: ILeaseWorld): IEffect {
  return new TokenEffect(world, {
    ask: (provider, _client, token, signal) => provider.probe(token, signal),
    answered: (n, verdict, jitter) => ({ type: 'probed', n, verdict, jitter }),
    failed: 'probe_failed'
  });
}

export function introspectEffect(world: ILeaseWorld): IEffect {
  return new TokenEffect(world, {
    ask: (provider, client, token, signal, hint) =>
      provider.introspect(client, token, signal, hint),
    answered: (n, verdict, jitter) => ({
      type: 'introspected',
      n,
      verdict,
      jitter
    }),
    failed: 'introspect_failed'
  });
}
