import { Secret } from '../../src/secrets/secret.ts';
import type {
  Answer,
  IClient,
  IGrant,
  ILeaseProvider,
  IProfile,
  IRefusal
} from '../../src/leases/ports.ts';
import { Tape } from './tape.ts';
import type { IWorldOptions } from './world.ts';

export { Tape };

interface ISimToken {
  readonly value: string;
  /** ms by the provider's own clock */
  readonly until: number;
  /** when a revocation takes effect; null: none was heeded */
  revokedFrom: number | null;
  readonly client: string | null;
  /** of its grant; null: it cannot be refreshed */
  readonly family: number | null;
  readonly isRefresh: boolean;
  used: boolean;
  /** by somebody else; of which a revocation did nothing */
  usedUp?: boolean;
  spared?: boolean;
}

const REFRESH_LIFE = 2 * 3_600_000;

type Fault = 'none' | 'before' | 'after' | 'slow_down' | 'fatal' | 'throw';
const FAULTS: readonly Fault[] = [
  'none',
  'none',
  'none',
  'none',
  'before',
  'after',
  'slow_down',
  'fatal',
  'throw'
];

/**
 * A provider in memory that says what is not so: revocations that are accepted
 * and do nothing or take a while, tokens that may do more, live shorter or say
 * nothing of their life, answers that are lost. What it holds is the truth that
 * the tests compare with.
 */
export class LyingProvider implements ILeaseProvider {
  readonly name: string = 'simulated';
  readonly issuer = 'https://simulated.example/';
  readonly client: 'per_lease' | 'shared';
  readonly scopes = ['a', 'b'];
  readonly clients = new Map<string, { name: string; secret: string }>();
  readonly tokens: ISimToken[] = [];
  /** tells which answers say `ok` and did nothing */
  lies = 0;
  /** families that ended because one of their refresh tokens was used twice */
  reuses = 0;
  /** what somebody else has got */
  readonly stolen = new Set<string>();
  readonly #options: IWorldOptions;
  readonly #clock: () => number;
  readonly #brokerClock: () => number;
  #tape: Tape;
  #made = 0;
  readonly findClients?: ILeaseProvider['findClients'];

  /** @param brokerClock the caller's: `expires_in` is counted from there */
  constructor(
    options: IWorldOptions,
    tape: Tape,
    clock: () => number,
    brokerClock = clock
  ) {
    this.#options = options;
    this.#tape = tape;
    this.#clock = clock;
    this.#brokerClock = brokerClock;
    this.client = options.client;
    if (options.canFind) {
      this.findClients = async name =>
        ok(
          [...this.clients]
            .filter(([, client]) => client.name === name)
            .map(([id, client]) => this.#keys(id, client.secret))
        );
    }
  }

  alive(): string[] {
    return this.tokens
      .filter(
        token =>
          !this.#isRevoked(token) &&
          !token.used &&
          token.until > this.#clock() &&
          // Nobody else may use it.
          (!token.isRefresh ||
            token.client === null ||
            this.clients.has(token.client))
      )
      .map(token => token.value);
  }

  /**
   * What lives and should not, once a lease is closed.
   *
   * @param proved its refresh tokens were shown to be dead: with them goes what
   *   somebody else got, at once or when caches have had their time
   */
  undead(proved: boolean): string[] {
    const alive = new Set(this.alive());
    return this.tokens
      .filter(({ value }) => alive.has(value))
      .filter(
        ({ value, family, revokedFrom }) =>
          !this.stolen.has(value) ||
          (proved && revokedFrom === null && !this.#isHidden(family))
      )
      .map(({ value }) => value);
  }

  /** A lie about just what a thief used up: inactive either way (SECURITY.md). */
  #isHidden(family: number | null): boolean {
    return this.tokens.some(
      one => one.family === family && one.usedUp && one.spared
    );
  }

  /** Somebody else uses the newest refresh token that there is. */
  steal(): void {
    const newest = this.tokens.findLast(token => token.isRefresh);
    const before = this.tokens.length;
    if (newest) {
      this.#turn(newest.value, newest.client, ['a']);
      newest.usedUp = newest.used;
    }
    this.tokens.slice(before).forEach(({ value }) => this.stolen.add(value));
  }

  async profile(): Promise<Answer<IProfile>> {
    const { revocation, introspection, probe, renewal } = this.#options;
    return this.#answer(() => ({
      revocation,
      introspection,
      probe,
      ...(renewal ? { renewal } : {})
    }));
  }

  async createClient(name: string): Promise<Answer<IClient>> {
    return this.#answer(() => {
      const id = `client-${this.#next()}`;
      const secret = `secret-of-${id}`;
      this.clients.set(id, { name, secret });
      return this.#keys(id, secret);
    });
  }

  async mint(
    client: IClient | null,
    scopes: readonly string[]
  ): Promise<Answer<IGrant>> {
    const tooMuch = this.#tape.pick(12) === 11;
    const deadOnArrival = this.#tape.pick(20) === 19;
    const answer = this.#answer(
      () =>
        this.#grant(
          client?.id ?? null,
          this.#options.renewal || this.#options.unasked ? this.#next() : null,
          tooMuch ? [...scopes, 'root'] : scopes,
          deadOnArrival
        ),
      client
    );
    return answer.kind === 'ok' && tooMuch
      ? {
          kind: 'fatal',
          code: 'identity_refused',
          why: 'gave a token that may do more than was asked for',
          residue: answer.value
        }
      : answer;
  }

  async refresh(
    client: IClient | null,
    token: Secret,
    scopes: readonly string[]
  ): Promise<Answer<IGrant>> {
    const answer = this.#answer(
      () => this.#turn(token.reveal(), client?.id ?? null, scopes),
      client
    );
    return answer.kind === 'ok' && answer.value === null
      ? { kind: 'fatal', code: 'unknown_token', why: 'takes it no more' }
      : (answer as Answer<IGrant>);
  }

  /** RFC 9700 §4.14.2: who uses one twice ends the grant. */
  #turn(
    value: string,
    client: string | null,
    scopes: readonly string[]
  ): IGrant | null {
    const found = this.tokens.find(one => one.value === value);
    // The issuer knows at once what it revoked; only resources may lag behind.
    if (
      !found?.isRefresh ||
      found.revokedFrom !== null ||
      found.until <= this.#clock()
    ) {
      return null;
    }
    if (found.used) {
      this.reuses += 1;
      this.#endFamily(found.family, 0);
      return null;
    }
    if (!this.#options.rotates) {
      return this.#grant(client, found.family, scopes, false, found.value);
    }
    found.used = true;
    return this.#grant(client, found.family, scopes, false);
  }

  #grant(
    client: string | null,
    family: number | null,
    scopes: readonly string[],
    deadOnArrival: boolean,
    kept: string | null = null
  ): IGrant {
    const { life, selfContained } = this.#options;
    const lives = deadOnArrival ? 0 : (life ?? 3_600_000);
    const push = (value: string, ms: number, isRefresh: boolean): Secret => {
      this.tokens.push({
        value,
        until: this.#clock() + ms,
        revokedFrom: null,
        client,
        family,
        isRefresh,
        used: false
      });
      return new Secret(value);
    };
    return {
      token: push(`token-${this.#next()}`, lives, false),
      type: 'Bearer',
      expiresAt: life === null ? null : this.#brokerClock() + lives,
      scopes,
      selfContained,
      refresh:
        family === null
          ? null
          : {
              token:
                kept === null
                  ? push(`refresh-token-${this.#next()}`, REFRESH_LIFE, true)
                  : new Secret(kept),
              expiresAt: null
            }
    };
  }

  #endFamily(family: number | null, lag: number): void {
    for (const one of this.tokens) {
      if (family !== null && one.family === family) {
        one.revokedFrom ??= this.#clock() + lag;
      }
    }
  }

  async revoke(client: IClient | null, token: Secret): Promise<Answer<null>> {
    if (this.#options.stateless || !this.#options.revocation) {
      return NOT_OFFERED;
    }
    const lie = this.#tape.pick(5) === 4;
    // A cache in front of the resource.
    const lag = [0, 0, 0, 3000][this.#tape.pick(4)] ?? 0;
    return this.#answer(() => {
      const found = this.#find(token);
      if (lie) {
        this.lies += 1;
        if (found) {
          found.spared = true;
        }
      } else if (found) {
        found.revokedFrom ??= this.#clock() + lag;
        this.#endFamily(found.family, lag);
      }
      return null;
    }, client);
  }

  async probe(token: Secret): Promise<Answer<'alive' | 'dead'>> {
    if (!this.#options.probe) {
      return NOT_OFFERED;
    }
    return this.#answer(() => {
      const found = this.#find(token);
      const local = this.#options.selfContained && this.#options.localResource;
      return found &&
        !found.isRefresh &&
        found.until > this.#clock() &&
        (local || this.#options.stateless || !this.#isRevoked(found))
        ? 'alive'
        : 'dead';
    });
  }

  async introspect(
    client: IClient | null,
    token: Secret
  ): Promise<Answer<'active' | 'inactive'>> {
    if (this.#options.stateless || !this.#options.introspection) {
      return NOT_OFFERED;
    }
    return this.#answer(
      () =>
        this.alive().includes(token.reveal())
          ? ('active' as const)
          : ('inactive' as const),
      client
    );
  }

  async deleteClient(client: IClient): Promise<Answer<null>> {
    return this.#answer(() => {
      this.clients.delete(client.id);
      return null;
    });
  }

  #keys(id: string, secret: string): IClient {
    return {
      id,
      secret: new Secret(secret),
      management: { uri: `sim:${id}`, token: new Secret(secret) },
      expiresAt: null
    };
  }

  #isRevoked({ revokedFrom }: ISimToken): boolean {
    return revokedFrom !== null && revokedFrom <= this.#clock();
  }

  #find(token: Secret): ISimToken | undefined {
    return this.tokens.find(one => one.value === token.reveal());
  }

  #next(): number {
    this.#made += 1;
    return this.#made;
  }

  #answer<T>(work: () => T, client: IClient | null = null): Answer<T> {
    const fault = FAULTS[this.#tape.pick(FAULTS.length)];
    switch (fault) {
      case 'before':
        return lost(false);
      case 'slow_down':
        return { ...lost(false), afterMs: 1000 * this.#tape.pick(600) };
      case 'after':
        work();
        return lost(true);
      case 'fatal':
        return { kind: 'fatal', code: 'identity_refused', why: 'says no' };
      case 'throw':
        work();
        throw new Error('a defect');
    }
    if (client && !this.clients.has(client.id)) {
      return { kind: 'fatal', code: 'unknown_client', why: 'knows it not' };
    }
    return ok(work());
  }
}

const NOT_OFFERED: Answer<never> = {
  kind: 'fatal',
  code: 'unsupported',
  why: 'cannot'
};

const ok = <T>(value: T): Answer<T> => ({ kind: 'ok', value });

const lost = (maybeApplied: boolean): IRefusal => ({
  kind: 'retry',
  afterMs: null,
  maybeApplied,
  why: 'broke the connection'
});
