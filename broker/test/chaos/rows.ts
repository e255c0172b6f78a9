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

/** The provider may have done it, for all that the broker can know. */
const MAYBE = ['500', 'a hang', 'a reset', 'a drip', 'an empty answer'];

function rowOf(at: Endpoint, what: string, chaos: Chaos, ms: number): IRow {
  const issues = at === 'register' || at === 'mint';
  const fatal = issues && what === 'its own secret';
  const gone = fatal || (issues && ms === HOURS);
  const doubtful = MAYBE.includes(what) || what === 'a lost reply';
  return {
    name: `${at} meets ${what} for ${ms === HOURS ? 'hours' : 'seconds'}`,
    at,
    chaos,
    ms,
    end: gone ? null : endOf(at, what, ms),
    ...(issues && doubtful ? { lost: [1, 40] as const } : {}),
    // A client that may not be deleted is named at once.
    ...(at === 'delete' && what === 'its own secret'
      ? { lost: [1, 1] as const }
      : {})
  };
}

function endOf(at: Endpoint, what: string, ms: number): TokenEnd {
  if (at === 'revoke' && ms === HOURS) {
    // An empty 200 is a yes that does nothing: the resource tells, at the latest
    // when the token expires. Anything else is no answer for as long as it lives.
    return what === 'an empty answer' ? 'dead_at_resource' : 'expired';
  }
  if (at === 'probe') {
    // Any 200 of the resource is taken for a yes, and believed over clocks.
    if (what === 'an empty answer' || what === 'a web page') {
      return ms === HOURS ? 'unconfirmed' : 'dead_at_resource';
    }
    // A resource that cannot be asked five times in a row is not waited for.
    const asksForTime = what === '429' || what === '503 + Retry-After';
    return ms === SECONDS && asksForTime
      ? 'dead_at_resource'
      : 'dead_at_issuer';
  }
  return 'dead_at_resource';
}

const grid = ENDPOINTS.flatMap(at =>
  Object.entries(FAULTS).flatMap(([what, chaos]) =>
    [SECONDS, HOURS].map(ms => rowOf(at, what, chaos, ms))
  )
);

const grant = (
  name: string,
  change: Record<string, unknown>,
  end: TokenEnd | null
): IRow => ({
  name: `a grant with ${name}`,
  at: 'mint',
  chaos: { kind: 'rewrite', body: body => ({ ...body, ...change }) },
  ms: HOURS,
  end
});

/** Answers that came, and are wrong. */
const answers: readonly IRow[] = [
  grant('a narrower scope', { scope: 'jobs:read' }, 'dead_at_resource'),
  grant('a wider scope', { scope: 'jobs:read admin' }, 'dead_at_resource'),
  grant('a scope that is no text', { scope: 7 }, 'dead_at_resource'),
  grant('no expiry', { expires_in: undefined }, 'dead_at_resource'),
  grant('an expiry as text', { expires_in: '300' }, 'dead_at_resource'),
  grant('a negative expiry', { expires_in: -5 }, 'dead_at_resource'),
  grant('an expiry of a century', { expires_in: 4e9 }, 'dead_at_resource'),
  grant(
    'an expiry that is over on arrival',
    { expires_in: 0.001 },
    'dead_at_resource'
  ),
  grant('another type', { token_type: 'mac' }, 'dead_at_resource'),
  {
    name: 'a registration quota that is reached',
    at: 'register',
    chaos: {
      kind: 'answer',
      status: 403,
      body: '{"error":"access_denied"}'
    },
    ms: HOURS,
    end: null
  }
];

export const ROWS: readonly IRow[] = [...grid, ...answers];
