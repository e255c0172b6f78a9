import { setTimeout as sleep } from 'node:timers/promises';

import {
  BatchError,
  problem,
  type LeaseSummary,
  type TokenReply
} from '@jupyterlab-batch/protocol';
import { v7 as uuid } from 'uuid';

import type { Clock, IDispatcher } from '../lifecycle/types.ts';
import type { Secret } from '../secrets/secret.ts';
import { currentToken, newLease, type ILeaseDoc, type IToken } from './doc.ts';
import { openToken } from './effects/world.ts';
import type { ILeaseProvider, ILeaseStore, ISealer } from './ports.ts';
import { leaseSummary } from './view.ts';

/** How long one request for a token waits for the provider. */
const PATIENCE_MS = 20_000;
const RETRY_AFTER_S = 5;
/** Uses within so long of a counted one are counted together: each count is an fsync. */
const BURST_MS = 100;
const TOO_EARLY =
  'All credentials that were issued before a certain moment were revoked (jupyter batch leases revoke --all).';

export interface ILeaseServiceOptions {
  readonly dispatcher: IDispatcher;
  readonly store: ILeaseStore;
  readonly providers: ReadonlyMap<string, ILeaseProvider>;
  readonly vault: ISealer;
  readonly clock: Clock;
  /** nothing issued up to then is handed out; ms */
  readonly notBefore: () => Promise<number>;
  readonly patienceMs?: number;
}

/** The leases as other rooms see them: made with a run, asked for its token. */
export class LeaseService {
  readonly #options: ILeaseServiceOptions;
  /** handed out, not yet counted in the lease */
  readonly #uses = new Map<string, number>();
  readonly #counting = new Map<string, Promise<void>>();
  /** asked for another token, and not committed yet */
  readonly #renewing = new Map<string, Promise<unknown>>();

  constructor(options: ILeaseServiceOptions) {
    this.#options = options;
  }

  /**
   * The first state of a lease; the caller commits it together with its run.
   *
   * @param scopes what the run may do; absent: all that the entry allows
   * @throws BatchError `unknown_identity`, `invalid_request`
   */
  async create(
    run: string,
    identity: string,
    scopes?: readonly string[]
  ): Promise<{ id: string; state: ILeaseDoc }> {
    const provider = this.#options.providers.get(identity);
    if (!provider) {
      throw new BatchError(
        problem(
          'unknown_identity',
          `There is no [identities.${identity}]. Add it to jupyterlab_batch_config.toml, or take \`identity\` off the target.`
        )
      );
    }
    const excess = scopes?.filter(scope => !provider.scopes.includes(scope));
    if (excess?.length) {
      throw new BatchError(
        problem(
          'invalid_request',
          `[identities.${identity}] does not allow the scopes ${excess.join(', ')}.`
        )
      );
    }
    const id = uuid();
    const request = {
      id,
      key: this.#options.vault.newKey(id),
      run,
      provider: identity,
      client: provider.client,
      scopes: scopes ?? provider.scopes
    };
    // After the line that was drawn, also where the clock was set back since.
    const line = await this.#options.notBefore();
    const now = Math.max(this.#options.clock(), line + 1);
    return { id, state: newLease(request, now) };
  }

  /** The credential's line, or null when there is no such lease (any more). */
  async summary(id: string): Promise<LeaseSummary | null> {
    const lease = await this.#options.store.read(id);
    return lease && leaseSummary(lease);
  }

  /**
   * Every access token that was ever issued, alive or dead, for the last look
   * through what the job wrote (refresh tokens never leave the broker); kept until
   * the run has `looked`.
   *
   * @throws when the key is another one than they were sealed with
   */
  async secrets(id: string): Promise<readonly Secret[]> {
    const lease = await this.#options.store.read(id);
    return lease
      ? lease.tokens
          .filter(token => token.sealed !== null && !token.refresh)
          .map(token => openToken(this.#options, lease, token))
      : [];
  }

  /**
   * The job's token, valid for at least `minValid` seconds where the provider
   * gives such long ones. Waits for a mint that is under way; however many ask,
   * there is one (I4).
   *
   * @throws BatchError `no_identity`, `over`, `not_yet`, `identity_refused`,
   *   `provider_unavailable` (with retry_after)
   */
  async token(
    id: string,
    minValid: number,
    signal: AbortSignal
  ): Promise<TokenReply> {
    const { store, patienceMs = PATIENCE_MS } = this.#options;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const changes = new Changes(store, id, limit);
    /** the token that was there when another one was asked for; null: not asked */
    let before: IToken['n'] | null = null;
    try {
      for (;;) {
        const lease = await store.read(id);
        if (!lease) {
          throw refuse('no_identity', 'This run holds no credential.');
        }
        const token = currentToken(lease);
        if (lease.createdAt <= (await this.#options.notBefore())) {
          throw refuse('over', TOO_EARLY);
        }
        const isFresh = before !== null && token?.n !== before;
        // Who was woken late is not to wait for one that is even fresher.
        const wanted = isFresh ? 0 : minValid;
        if (token && this.#lasts(token, wanted)) {
          return this.#hand(lease, token);
        }
        this.#mustHope(lease, before !== null);
        if (token && lease.phase === 'ACTIVE' && before === null) {
          before = token.n;
          await this.#renew(id);
          continue;
        }
        if (!(await changes.next())) {
          throw this.#unavailable(lease);
        }
      }
    } finally {
      changes.end();
    }
  }

  /** Waits until all that was handed out is counted. */
  async settled(): Promise<void> {
    await Promise.all(this.#counting.values());
  }

  /** One question for all that have it at once: each would be a row of the audit. */
  #renew(id: string): Promise<unknown> {
    const asking =
      this.#renewing.get(id) ??
      this.#options.dispatcher
        .dispatch('lease', id, { type: 'renew' })
        .finally(() => this.#renewing.delete(id));
    this.#renewing.set(id, asking);
    return asking;
  }

  /** A fresh token that is too short is the best there is: give it. */
  #lasts(token: IToken, minValid: number): boolean {
    if (token.expiresAt === null) {
      return true;
    }
    const now = this.#options.clock();
    const left = token.expiresAt - now;
    const life = token.expiresAt - token.mintedAt;
    const wanted = Math.min(minValid * 1000, life / 2);
    return left > 0 && left >= wanted;
  }

  #hand(lease: ILeaseDoc, token: IToken): TokenReply {
    const secret = openToken(this.#options, lease, token);
    this.#count(lease.id);
    return {
      access_token: secret.reveal(),
      token_type: 'Bearer',
      expires_at:
        token.expiresAt === null
          ? null
          : new Date(token.expiresAt).toISOString(),
      expires_in:
        token.expiresAt === null
          ? null
          : Math.max(0, token.expiresAt - this.#options.clock()) / 1000
    };
  }

  #mustHope(lease: ILeaseDoc, asked: boolean): void {
    const failure = lease.failure;
    if (failure && failure.code !== 'identity_unavailable') {
      throw refuse(failure.code, failure.message);
    }
    if (failure && (lease.drained !== null || asked)) {
      throw this.#unavailable(lease);
    }
    if (lease.drained !== null || lease.closedAt !== null) {
      throw refuse(
        'over',
        lease.revokedByHand ??
          'The run has ended; its credential is not handed out any more.'
      );
    }
    if (lease.phase !== 'ACTIVE' && lease.phase !== 'RENEWING') {
      throw refuse(
        'not_yet',
        'The attempt has no start permit yet; ask for it first.'
      );
    }
  }

  #unavailable(lease: ILeaseDoc): BatchError {
    return new BatchError(
      problem(
        'provider_unavailable',
        `The identity provider ${lease.provider} does not give a token now (${lease.problem ?? 'it is slow'}). Try again.`,
        { retry_after: RETRY_AFTER_S }
      )
    );
  }

  /** The first use is counted at once, a burst after it by one commit. */
  #count(id: string): void {
    this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
    if (this.#counting.has(id)) {
      return;
    }
    const done = this.#flush(id).finally(() => this.#counting.delete(id));
    this.#counting.set(id, done);
  }

  async #flush(id: string): Promise<void> {
    for (;;) {
      const count = this.#uses.get(id);
      if (!count) {
        return;
      }
      this.#uses.delete(id);
      try {
        const event = { type: 'used', count };
        await this.#options.dispatcher.dispatch('lease', id, event);
        await sleep(BURST_MS);
      } catch {
        // The token is out already; a count is not worth an error.
        return;
      }
    }
  }
}

/** Commits of one lease, none missed between two looks. */
class Changes {
  readonly #stop: () => void;
  readonly #limit: AbortSignal;
  #pending = false;
  #wake: (() => void) | null = null;

  constructor(store: ILeaseStore, lease: string, limit: AbortSignal) {
    this.#limit = limit;
    const changed = () => {
      this.#pending = true;
      this.#wake?.();
    };
    const stop = store.watch(lease, changed);
    const aborted = () => this.#wake?.();
    limit.addEventListener('abort', aborted);
    this.#stop = () => {
      stop();
      limit.removeEventListener('abort', aborted);
    };
  }

  /** @returns false when the time is over */
  async next(): Promise<boolean> {
    if (!this.#pending && !this.#limit.aborted) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    this.#pending = false;
    return !this.#limit.aborted;
  }

  end(): void {
    this.#stop();
  }
}

function refuse(
  code: 'no_identity' | 'over' | 'not_yet' | 'identity_refused' | 'grant_dead',
  detail: string
): BatchError {
  return new BatchError(problem(code, detail));
}
