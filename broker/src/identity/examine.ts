import type { IFindings, Revocation } from './findings.ts';
import type { Answer, IIdentityProvider, IProfile } from './provider.ts';
import {
  LOOK_MS,
  Throwaway,
  type IExaminer,
  type ILeft,
  type IToken,
  type Seen
} from './throwaway.ts';

export interface IExamined {
  /** null: it could not be done, and `failure` says why, in our own words */
  readonly findings: IFindings | null;
  readonly failure: {
    readonly kind: 'retry' | 'fatal';
    readonly why: string;
  } | null;
  /** what is at the provider still, or may be */
  readonly left: readonly ILeft[];
}

/** A shorter life to ask for: half of the usual one, of this at most; s. */
const SHORT_S = 60;

class Refusal extends Error {
  constructor(
    readonly kind: 'retry' | 'fatal',
    readonly why: string
  ) {
    super(why);
  }
}

/**
 * Makes a client and a few tokens, and looks what becomes of them. Whatever
 * happens, it ends with trying to leave nothing, and names what it may have left.
 */
export async function examine(
  provider: IIdentityProvider,
  name: string,
  examiner: IExaminer
): Promise<IExamined> {
  const throwaway = new Throwaway(provider, name, examiner);
  let findings: IFindings | null = null;
  let failure: IExamined['failure'] = null;
  try {
    findings = await look(provider, throwaway, examiner);
  } catch (error) {
    const { kind, why } =
      error instanceof Refusal
        ? error
        : new Refusal('retry', 'could not be asked');
    failure = { kind, why };
  }
  return { findings, failure, left: await throwaway.clean() };
}

/** @throws Refusal */
async function look(
  provider: IIdentityProvider,
  throwaway: Throwaway,
  { bound, signal, ...examiner }: IExaminer
): Promise<IFindings> {
  const { scopes } = provider;
  const profile = value(
    await throwaway.patiently(() => provider.profile(signal))
  );
  value(await throwaway.enrol());
  const whole = value(await throwaway.mint(scopes));
  const life = throwaway.lifeOf(whole.grant);
  const before = await throwaway.judges(profile, whole.grant);
  const narrowsScope = await narrowScope(throwaway, scopes);
  const narrowsLife = await narrowLife(throwaway, scopes, life);
  const { revocation, lag } = await watch(throwaway, profile, before, whole, {
    ...examiner,
    bound,
    signal
  });
  const works = revocation === 'at_resource' && lag !== null;
  await throwaway.endTokens(works ? bound : 0);
  return {
    tokens: whole.grant.selfContained ? 'signed' : 'opaque',
    life,
    revocation,
    lag,
    bound,
    probeTells: profile.probe ? before.resource === 'alive' : null,
    narrowsScope,
    narrowsLife,
    deletedClientMints: value(await throwaway.deletedMints())
  };
}

/** @returns null where there are too few scopes to try */
async function narrowScope(
  throwaway: Throwaway,
  [first, ...more]: readonly string[]
): Promise<boolean | null> {
  if (first === undefined || more.length === 0) {
    return null;
  }
  // A token that may do more is refused where it is read, and ended with the rest.
  return isGiven(await throwaway.mint([first])) !== null;
}

async function narrowLife(
  throwaway: Throwaway,
  scopes: readonly string[],
  usual: number | null
): Promise<boolean> {
  if (usual === null) {
    return false;
  }
  const wanted = Math.max(1, Math.min(SHORT_S, Math.floor(usual / 2000)));
  const token = isGiven(await throwaway.mint(scopes, wanted));
  const life = token && throwaway.lifeOf(token.grant);
  // Whole seconds are rounded on the way.
  return life !== null && life <= wanted * 1000 + 1000 && life < usual;
}

/** Revokes it and watches until all who can be asked refuse it. */
async function watch(
  throwaway: Throwaway,
  profile: IProfile,
  before: Readonly<Record<'resource' | 'issuer', Seen>>,
  token: IToken,
  { clock, sleep, bound, signal }: IExaminer
): Promise<{ revocation: Revocation; lag: number | null }> {
  if (!profile.revocation) {
    return { revocation: 'absent', lag: null };
  }
  const said = await throwaway.revoke(token.grant);
  if (said.kind === 'fatal') {
    return { revocation: 'refused', lag: null };
  }
  value(said);
  const began = clock();
  const asked = (['resource', 'issuer'] as const).filter(
    judge => before[judge] === 'alive'
  );
  if (asked.length === 0) {
    return { revocation: 'unproved', lag: null };
  }
  const { selfContained } = token.grant;
  for (;;) {
    const now = await throwaway.judges(profile, token.grant);
    const lag = clock() - began;
    const byIssuer = asked.includes('issuer') && now.issuer === 'dead';
    if (asked.every(judge => now[judge] === 'dead')) {
      // What came with it has to be ended all the same.
      token.ended = token.grant.refresh === null;
      const decides = asked.includes('resource') || !selfContained;
      return { revocation: decides ? 'at_resource' : 'at_issuer', lag };
    }
    if (lag >= bound || signal.aborted) {
      token.ended = byIssuer && selfContained && token.grant.refresh === null;
      return {
        revocation: byIssuer ? 'at_issuer' : 'accepted_only',
        lag: null
      };
    }
    await sleep(LOOK_MS);
  }
}

/** @throws Refusal where it could not be asked; null: it was refused */
function isGiven(answer: Answer<IToken>): IToken | null {
  if (answer.kind === 'retry') {
    throw new Refusal(answer.kind, answer.why);
  }
  return answer.kind === 'ok' ? answer.value : null;
}

/** @throws Refusal */
function value<T>(answer: Answer<T>): T {
  if (answer.kind !== 'ok') {
    throw new Refusal(answer.kind, answer.why);
  }
  return answer.value;
}
