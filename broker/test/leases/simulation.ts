import { Secret } from '../../src/secrets/secret.ts';
import type {
  Answer,
  IClient,
  IGrant,
  ILeaseProvider,
  IProfile
} from '../../src/leases/ports.ts';

/** A tape of choices; when it has run out everything is healthy and in order. */
export class Tape {
  readonly #values: readonly number[];
  #at = 0;

  constructor(values: readonly number[]) {
    this.#values = values;
  }

  get left(): boolean {
    return this.#at < this.#values.length;
  }

  /** A choice below `n`; 0 at the end of the tape. */
  pick(n: number): number {
    const value = this.#values[this.#at] ?? 0;
    this.#at += 1;
    return value % n;
  }
}

export interface IWorldOptions extends IProfile {
  readonly client: 'per_lease' | 'shared';
  readonly selfContained: boolean;
  /** a resource that judges a JWT by its signature alone */
  readonly localResource: boolean;
  /** the issuer refuses to revoke */
  readonly stateless: boolean;
  /** ms; null: the provider does not say, and they live 1 h */
  readonly life: number | null;
  readonly canFind: boolean;
}

interface ISimToken {
  readonly value: string;
  readonly until: number;
  revoked: boolean;
}

type Fault = 'none' | 'before' | 'after' | 'fatal' | 'throw';
const FAULTS: readonly Fault[] = [
  'none',
  'none',
  'none',
  'none',
  'before',
  'after',
  'fatal',
  'throw'
];

/** A provider in memory: what it holds is the truth that the tests compare with. */
export class SimulatedProvider implements ILeaseProvider {
  readonly name = 'simulated';
  readonly client: 'per_lease' | 'shared';
  readonly scopes = ['a', 'b'];
  readonly clients = new Map<string, { name: string; secret: string }>();
  readonly tokens: ISimToken[] = [];
  /** tells which answers say `ok` and did nothing */
  lies = 0;
  readonly #options: IWorldOptions;
  readonly #clock: () => number;
  #tape: Tape;
  #made = 0;
  readonly findClients?: ILeaseProvider['findClients'];

  constructor(options: IWorldOptions, tape: Tape, clock: () => number) {
    this.#options = options;
    this.#tape = tape;
    this.#clock = clock;
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
      .filter(token => !token.revoked && token.until > this.#clock())
      .map(token => token.value);
  }

  async profile(): Promise<Answer<IProfile>> {
    const { revocation, introspection, probe } = this.#options;
    return this.#answer(() => ({ revocation, introspection, probe }));
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
    const answer = this.#answer(() => {
      const { life, selfContained } = this.#options;
      const value = `token-${this.#next()}`;
      const until = this.#clock() + (life ?? 3_600_000);
      this.tokens.push({ value, until, revoked: false });
      return {
        token: new Secret(value),
        type: 'Bearer',
        expiresAt: life === null ? null : until,
        scopes: tooMuch ? [...scopes, 'root'] : scopes,
        selfContained
      };
    }, client);
    return answer.kind === 'ok' && tooMuch
      ? {
          kind: 'fatal',
          code: 'identity_refused',
          why: 'gave a token that may do more than was asked for',
          residue: answer.value
        }
      : answer;
  }

  async revoke(client: IClient | null, token: Secret): Promise<Answer<null>> {
    if (this.#options.stateless || !this.#options.revocation) {
      return NOT_OFFERED;
    }
    const lie = this.#tape.pick(5) === 4;
    return this.#answer(() => {
      const found = this.#find(token);
      if (lie) {
        this.lies += 1;
      } else if (found) {
        found.revoked = true;
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
        found.until > this.#clock() &&
        (local || this.#options.stateless || !found.revoked)
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
      management: { uri: `sim:${id}`, token: new Secret(secret) }
    };
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

const lost = (maybeApplied: boolean): Answer<never> => ({
  kind: 'retry',
  afterMs: null,
  maybeApplied,
  why: 'broke the connection'
});
