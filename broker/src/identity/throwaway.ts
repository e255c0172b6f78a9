import type { Clock } from '../lifecycle/types.ts';
import type {
  Answer,
  IClient,
  IFatal,
  IGrant,
  IIdentityProvider,
  IProfile,
  IRetry
} from './provider.ts';

export interface IExaminer {
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  /** how long a revoked token is watched; ms */
  readonly bound: number;
  /** told every secret, as soon as it is there */
  readonly know: (made: IGrant | IClient) => void;
  /** ends the questions; what was made is cleaned up all the same */
  readonly signal: AbortSignal;
}

/** Something that is at the provider still, or may be. */
export interface ILeft {
  readonly kind: 'client' | 'token';
  /** ms since the epoch; null: none is known */
  readonly expiresAt: number | null;
}

/** A token of the examination, and whether its end was told. */
export interface IToken {
  readonly grant: IGrant;
  ended: boolean;
}

export type Seen = 'dead' | 'alive' | 'unknown';

const TRIES = 3;
export const LOOK_MS = 250;
/** The last words with the provider do not wait for ever. */
const CLEANUP_MS = 15_000;

/** A client that is made to be examined, its tokens, and the way to be rid of both. */
export class Throwaway {
  readonly #provider: IIdentityProvider;
  readonly #name: string;
  readonly #with: IExaminer;
  readonly #tokens: IToken[] = [];
  readonly #lost: ILeft[] = [];
  #client: IClient | null = null;
  /** the client, while it has to be deleted */
  #held: IClient | null = null;
  /** ms that its tokens live, as far as is known */
  #life: number | null = null;

  constructor(provider: IIdentityProvider, name: string, examiner: IExaminer) {
    this.#provider = provider;
    this.#name = name;
    this.#with = examiner;
  }

  /** Registers it; a shared one is there already. */
  async enrol(): Promise<Answer<null>> {
    if (this.#provider.client === 'shared') {
      return { kind: 'ok', value: null };
    }
    // Once: each further try of a lost reply would lose another client.
    const made = await this.#provider.createClient(
      this.#name,
      this.#provider.scopes,
      this.#with.signal
    );
    if (made.kind === 'retry' && made.maybeApplied) {
      this.#lost.push({ kind: 'client', expiresAt: null });
    }
    if (made.kind !== 'ok') {
      return made;
    }
    this.#client = made.value;
    this.#held = made.value;
    this.#with.know(made.value);
    return { kind: 'ok', value: null };
  }

  /** @param life seconds to ask for */
  async mint(
    scopes: readonly string[],
    life?: number
  ): Promise<Answer<IToken>> {
    const { clock, signal } = this.#with;
    const answer = await this.patiently(async () => {
      const made = await this.#provider.mint(
        this.#client,
        scopes,
        signal,
        life
      );
      if (made.kind === 'retry' && made.maybeApplied) {
        const expiresAt = this.#life === null ? null : clock() + this.#life;
        this.#lost.push({ kind: 'token', expiresAt });
      }
      return made;
    });
    if (answer.kind === 'ok') {
      return { kind: 'ok', value: this.#keep(answer.value) };
    }
    if (answer.kind === 'fatal' && answer.residue) {
      this.#keep(answer.residue);
    }
    return answer;
  }

  lifeOf({ expiresAt }: IGrant): number | null {
    return expiresAt === null ? null : expiresAt - this.#with.clock();
  }

  revoke({ token }: IGrant, signal = this.#with.signal): Promise<Answer<null>> {
    return this.patiently(
      () => this.#provider.revoke(this.#client, token, signal),
      signal
    );
  }

  /** What all who can be asked say of a token at this moment. */
  async judges(
    profile: IProfile,
    { token }: IGrant
  ): Promise<Record<'resource' | 'issuer', Seen>> {
    const { signal } = this.#with;
    const resource = profile.probe
      ? await this.#provider.probe(token, signal)
      : null;
    const issuer = profile.introspection
      ? await this.#provider.introspect(this.#client, token, signal)
      : null;
    const word = issuer?.kind === 'ok' ? issuer.value : null;
    return {
      resource: resource?.kind === 'ok' ? resource.value : 'unknown',
      issuer: word === null ? 'unknown' : word === 'active' ? 'alive' : 'dead'
    };
  }

  /**
   * While their client is there: afterwards they could not be revoked. All are
   * revoked first, a refresh token before what came with it, so that they are
   * waited for together.
   *
   * @param patience how long a token may be called alive; ms
   */
  async endTokens(patience: number, signal = this.#with.signal): Promise<void> {
    const { clock, sleep } = this.#with;
    const living = this.#tokens.filter(one => !one.ended);
    for (const { grant } of living) {
      const { refresh } = grant;
      if (refresh) {
        await this.patiently(
          () =>
            this.#provider.revoke(
              this.#client,
              refresh.token,
              signal,
              'refresh_token'
            ),
          signal
        );
      }
      await this.revoke(grant, signal);
    }
    const late = clock() + patience;
    for (const token of living) {
      token.ended = await this.#hasEnded(token.grant, signal);
      while (!token.ended && clock() < late && !signal.aborted) {
        await sleep(LOOK_MS);
        token.ended = await this.#hasEnded(token.grant, signal);
      }
    }
  }

  /**
   * Deletes the client and asks it for a token once more.
   *
   * @returns whether it got one; null where no client can be deleted
   */
  async deletedMints(): Promise<Answer<boolean | null>> {
    const { bound, signal } = this.#with;
    const held = this.#held;
    if (!held?.management) {
      return { kind: 'ok', value: null };
    }
    const gone = await this.patiently(() =>
      this.#provider.deleteClient(held, signal)
    );
    if (gone.kind !== 'ok') {
      return gone;
    }
    const made = await this.mint(this.#provider.scopes);
    if (made.kind === 'retry') {
      return made;
    }
    this.#held = null;
    if (made.kind === 'ok') {
      await this.endTokens(bound);
      this.#lost.push({ kind: 'client', expiresAt: held.expiresAt });
    }
    return { kind: 'ok', value: made.kind === 'ok' };
  }

  /** Revokes and deletes; returns what is there still, or may be. */
  async clean(): Promise<readonly ILeft[]> {
    const signal = AbortSignal.timeout(CLEANUP_MS);
    await this.endTokens(Math.min(this.#with.bound, CLEANUP_MS / 3), signal);
    const left: ILeft[] = [...this.#lost];
    const held = this.#held;
    if (held) {
      const gone = await this.patiently(
        () => this.#provider.deleteClient(held, signal),
        signal
      );
      if (gone.kind !== 'ok') {
        left.push({ kind: 'client', expiresAt: held.expiresAt });
      }
    }
    const now = this.#with.clock();
    for (const { ended, grant } of this.#tokens) {
      const expiresAt = grant.refresh
        ? grant.refresh.expiresAt
        : grant.expiresAt;
      if (!ended && (expiresAt ?? Infinity) > now) {
        left.push({ kind: 'token', expiresAt });
      }
    }
    return left;
  }

  /** A few tries of something that may be tried again. */
  async patiently<T>(
    ask: () => Promise<Answer<T>>,
    signal = this.#with.signal
  ): Promise<Answer<T>> {
    for (let tries = 1; ; tries += 1) {
      const answer: Answer<T> | IFatal = await ask();
      if (answer.kind !== 'retry' || tries === TRIES || signal.aborted) {
        return answer;
      }
      await this.#with.sleep(pauseOf(answer, tries));
    }
  }

  #keep(grant: IGrant): IToken {
    const token = { grant, ended: false };
    this.#tokens.push(token);
    this.#with.know(grant);
    this.#life ??= this.lifeOf(grant);
    return token;
  }

  /** As leases see it: the resource's word, else the issuer's. */
  async #hasEnded(
    { token, selfContained, refresh }: IGrant,
    signal: AbortSignal
  ): Promise<boolean> {
    if (refresh) {
      const word = await this.#provider.introspect(
        this.#client,
        refresh.token,
        signal,
        'refresh_token'
      );
      if (word.kind !== 'ok' || word.value !== 'inactive') {
        return false;
      }
    }
    const resource = await this.#provider.probe(token, signal);
    if (resource.kind === 'ok' && resource.value === 'dead') {
      return true;
    }
    if (resource.kind === 'ok' && !selfContained) {
      return false;
    }
    const issuer = await this.#provider.introspect(this.#client, token, signal);
    return issuer.kind === 'ok' && issuer.value === 'inactive';
  }
}

const pauseOf = ({ afterMs }: IRetry, tries: number): number =>
  Math.min(afterMs ?? 300 * tries, 5000);
