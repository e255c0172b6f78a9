import type { TokenEnd } from '@jupyterlab-batch/protocol';

import { ENDPOINTS, type Chaos, type Endpoint } from './proxy.ts';

export const SECONDS = 8000;
export const HOURS = 2 * 3_600_000;
/** of a token: it expires while hours of trouble go by */
export const LIFE_S = 900;

export interface IRow {
  readonly name: string;
  readonly at: Endpoint;
  readonly chaos: Chaos;
  /** from the first request that meets it, by the broker's clock; 0: only that one */
  readonly ms: number;
  /** how the lease's token ends; null: it got none */
  readonly end: TokenEnd | null;
  /** what may be left behind, and has to be named: so many, at least and at most */
  readonly lost?: readonly [number, number];
}

const FAULTS: Readonly<Record<string, Chaos>> = {
  '500': { kind: 'answer', status: 500 },
  '503 + Retry-After': {
    kind: 'answer',
    status: 503,
    headers: { 'retry-after': '7' }
  },
  '429': { kind: 'answer', status: 429, headers: { 'retry-after': '3' } },
  'a hang': { kind: 'hang' },
  'a reset': { kind: 'reset' },
  'a certificate that nobody trusts': { kind: 'tls' },
  'a drip': { kind: 'drip' },
  'an empty answer': { kind: 'answer', status: 200, body: '' },
  'a web page': {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html>Sign in</html>'
  },
  'its own secret': { kind: 'echo' },
  'a lost reply': { kind: 'lost' }
};

/** A provider, as far as it decides how tokens end. */
export interface IWorld {
  readonly name: string;
  readonly tokens: 'opaque' | 'jwt' | 'jwt_stateless';
  readonly client: 'per_lease' | 'shared';
  /** tokens follow each other by refresh tokens */
  readonly refresh?: 'rotating';
  /** what its leases ask, in any case */
  readonly endpoints: readonly Endpoint[];
  /** of an endpoint whose other faults another world has: these few */
  readonly only?: Readonly<Partial<Record<Endpoint, readonly string[]>>>;
}

export const WORLDS: readonly IWorld[] = [
  {
    name: 'opaque tokens, a client for each lease',
    tokens: 'opaque',
    client: 'per_lease',
    endpoints: ENDPOINTS.filter(at => at !== 'refresh')
  },
  {
    name: 'signed tokens that the issuer revokes, a client for each lease',
    tokens: 'jwt',
    client: 'per_lease',
    endpoints: ENDPOINTS.filter(at => at !== 'refresh')
  },
  {
    name: 'signed tokens that nobody revokes, a client for each lease',
    tokens: 'jwt_stateless',
    client: 'per_lease',
    // Nobody asks the issuer once the client is deleted, which is at once.
    endpoints: ENDPOINTS.filter(at => at !== 'introspect' && at !== 'refresh')
  },
  {
    name: 'opaque tokens, one client for all',
    tokens: 'opaque',
    client: 'shared',
    endpoints: ['mint', 'introspect', 'revoke', 'probe']
  },
  {
    name: 'opaque tokens, and refresh tokens that change with each use',
    tokens: 'opaque',
    client: 'per_lease',
    refresh: 'rotating',
    // What it shares with the first is asked there.
    endpoints: ['mint', 'refresh', 'introspect', 'revoke'],
    only: {
      introspect: ['500', 'a lost reply', 'its own secret'],
      revoke: ['500', 'a lost reply', 'its own secret']
    }
  }
];

/** The provider may have done it, for all that the broker can know. */
const MAYBE = ['500', 'a hang', 'a reset', 'a drip', 'an empty answer'];
/** A resource that answers so is taken to say yes. */
const YES = ['an empty answer', 'a web page'];
const ASKS_FOR_TIME = ['429', '503 + Retry-After'];
/** An error that is no trouble of the moment. */
const REFUSAL = 'its own secret';

function rowOf(
  world: IWorld,
  at: Endpoint,
  what: string,
  chaos: Chaos,
  ms: number
): IRow {
  const first = at === 'register' || at === 'mint';
  const issues = first || at === 'refresh';
  const gone = first && (what === REFUSAL || ms === HOURS);
  const doubtful = MAYBE.includes(what) || what === 'a lost reply';
  return {
    name: `${at} meets ${what} for ${ms === HOURS ? 'hours' : 'seconds'}`,
    at,
    chaos,
    ms,
    end: gone ? null : endOf(world, at, what, ms),
    ...(issues && doubtful ? { lost: [1, 40] as const } : {}),
    // A client that may not be deleted is named, and not after the first no.
    ...(at === 'delete' && what === REFUSAL && ms === HOURS
      ? { lost: [1, 1] as const }
      : {})
  };
}

/**
 * How a token has to end, from the rules of DESIGN §8 and not from what was seen:
 * what the resource says counts first, then the issuer's word, then the clock,
 * which is believed where neither can be asked.
 */
function endOf(
  world: IWorld,
  at: Endpoint,
  what: string,
  ms: number
): TokenEnd {
  const saysYes = at === 'probe' && YES.includes(what);
  const cannotBeAsked = at === 'probe' && !saysYes;
  const revoked = world.tokens !== 'jwt_stateless';
  if (
    world.refresh &&
    at === 'introspect' &&
    what === REFUSAL &&
    ms === HOURS
  ) {
    // No resource knows a refresh token: without its issuer's word nobody does.
    return 'unconfirmed';
  }
  if (!revoked || (at === 'revoke' && ms === HOURS)) {
    // It lives until it expires. Then the resource refuses it, and can be asked.
    return ms === SECONDS || at !== 'probe'
      ? 'dead_at_resource'
      : saysYes
        ? 'unconfirmed'
        : 'expired';
  }
  if (world.tokens === 'jwt') {
    // A resource that goes by the signature says yes until it expires: the issuer's
    // word is what there is. If that one is silent, its expiry is what shows.
    const silent = at === 'introspect' && (ms === HOURS || what === REFUSAL);
    return silent ? 'dead_at_resource' : 'dead_at_issuer';
  }
  if (saysYes) {
    // Believed over any clock; nobody else is asked of a token that works.
    return ms === HOURS ? 'unconfirmed' : 'dead_at_resource';
  }
  if (cannotBeAsked) {
    // Asked five times in a row, a few seconds in all: then the issuer has to do.
    return ms === SECONDS && ASKS_FOR_TIME.includes(what)
      ? 'dead_at_resource'
      : 'dead_at_issuer';
  }
  return 'dead_at_resource';
}

const gridOf = (world: IWorld): readonly IRow[] =>
  world.endpoints.flatMap(at =>
    Object.entries(FAULTS)
      .filter(([what]) => world.only?.[at]?.includes(what) ?? true)
      .flatMap(([what, chaos]) =>
        [SECONDS, HOURS].map(ms => rowOf(world, at, what, chaos, ms))
      )
  );

const OVER = { expires_in: 0.001 };

const GRANTS: Readonly<Record<string, Record<string, unknown>>> = {
  'a narrower scope': { scope: 'jobs:read' },
  'a wider scope': { scope: 'jobs:read admin' },
  'a scope that is no text': { scope: 7 },
  'no expiry': { expires_in: undefined },
  'an expiry as text': { expires_in: '300' },
  'a negative expiry': { expires_in: -5 },
  'an expiry of a century': { expires_in: 4e9 },
  'an expiry that is over on arrival': OVER,
  'another type': { token_type: 'mac' }
};

/** Answers that came, and are wrong: the token dies like any other. */
const answersOf = (world: IWorld): readonly IRow[] => [
  ...Object.entries(GRANTS).map(([name, change]) => ({
    name: `a grant with ${name}`,
    at: 'mint' as const,
    chaos: {
      kind: 'rewrite' as const,
      body: (body: Record<string, unknown>) => ({ ...body, ...change })
    },
    ms: HOURS,
    // One that nobody can revoke, and works long after the life it was said to have:
    // what was said is believed as little as it has to be.
    end:
      world.tokens === 'jwt_stateless' && change === OVER
        ? ('unconfirmed' as const)
        : endOf(world, 'mint', '', SECONDS)
  })),
  ...(world.client === 'shared'
    ? []
    : [
        {
          name: 'a registration quota that is reached',
          at: 'register' as const,
          chaos: {
            kind: 'answer' as const,
            status: 403,
            body: '{"error":"access_denied"}'
          },
          ms: HOURS,
          end: null
        }
      ])
];

export const rowsOf = (world: IWorld): readonly IRow[] => [
  ...gridOf(world),
  ...answersOf(world)
];
