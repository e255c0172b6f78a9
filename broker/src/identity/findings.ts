import type { IProfile } from './provider.ts';

/** How a revoked token fared with those who judge it. */
export type Revocation =
  /** whoever decides refuses it: the resource, or the issuer of an opaque one */
  | 'at_resource'
  /** the issuer calls it dead; resources accept it until it expires */
  | 'at_issuer'
  /** the provider said yes, and the token works */
  | 'accepted_only'
  /** the provider said yes, and nobody can be asked whether it is so */
  | 'unproved'
  /** it will not revoke this kind of token */
  | 'refused'
  /** it has no endpoint for it */
  | 'absent';

/** What a throw-away client found out about a provider. Times in ms. */
export interface IFindings {
  readonly tokens: 'opaque' | 'signed';
  /** how long a token lives that nothing special was asked for; null: it did not say */
  readonly life: number | null;
  readonly revocation: Revocation;
  /** from an accepted revocation until all who can be asked refuse; null: not within the bound */
  readonly lag: number | null;
  /** how long was waited at most */
  readonly bound: number;
  /** does the resource probe tell a living token from none? null: there is no probe */
  readonly probeTells: boolean | null;
  /** a token of fewer scopes can be had; null: the entry has too few to try */
  readonly narrowsScope: boolean | null;
  /** a token of a shorter life can be had by asking for it */
  readonly narrowsLife: boolean;
  /** a client that was deleted gets tokens; null: none can be deleted */
  readonly deletedClientMints: boolean | null;
}

/** Twice what was measured is granted to caches, and no more than this. */
const LONGEST_LAG_MS = 30_000;

/** Whether an end of a token can be brought about and be seen. */
export const isReal = (findings: IFindings): boolean =>
  findings.revocation === 'at_resource' && findings.lag !== null;

/**
 * The profile that leases go by. A measurement makes issuing stricter and alarms
 * truer; it never spares a revocation, for it may be out of date.
 */
export function informed(profile: IProfile, findings: IFindings): IProfile {
  return {
    ...profile,
    proven: isReal(findings),
    lag: Math.min(2 * (findings.lag ?? 0), LONGEST_LAG_MS),
    narrowsLife: findings.narrowsLife
  };
}

/** What an operator has to know, a sentence each; the first is the worst case. */
export function worstCase(findings: IFindings, slackMs: number): string[] {
  const { life, lag, revocation } = findings;
  const until =
    life === null ? 'without a known end' : `up to ${seconds(life)}`;
  const host = `If the broker's machine is gone, nobody revokes: a token works ${until}.`;
  const end: Record<Revocation, string> = {
    at_resource: `A token is refused ${after(lag)} its revocation, which follows the end of its run at once.`,
    at_issuer: `Revocation reaches the issuer only: a resource accepts a token ${until} after its run.`,
    accepted_only: `The provider accepts a revocation, and the token works on: ${until} after its run.`,
    unproved: `The provider accepts a revocation, and nobody can be asked whether it is so: count on ${until} after the run. Set resource_probe.`,
    refused: `The provider does not revoke such tokens: one works ${until} after its run.`,
    absent: `The provider revokes nothing: a token works ${until} after its run.`
  };
  return [
    end[revocation],
    ...(isReal(findings) ? [host] : []),
    ...policy(findings, slackMs)
  ];
}

/** What leases make of it. */
function policy(findings: IFindings, slackMs: number): string[] {
  const { life, probeTells, narrowsScope, narrowsLife, deletedClientMints } =
    findings;
  const told: string[] = [];
  if (isReal(findings)) {
    told.push('Runs of any time limit get a credential.');
  } else if (narrowsLife) {
    told.push(
      'Each token is asked for with the life of its run: any time limit.'
    );
  } else if (life === null) {
    told.push('No run gets a credential: its end is neither known nor proved.');
  } else {
    told.push(
      `Only runs with a time limit of ${seconds(Math.max(0, life - slackMs))} or more get a credential, so that it does not outlive them.`
    );
  }
  if (probeTells === false) {
    told.push(
      'resource_probe refuses a token that was just made: it proves nothing. Name another address.'
    );
  }
  if (narrowsScope === false) {
    told.push('A token of fewer scopes than the client has cannot be had.');
  }
  if (deletedClientMints === true) {
    told.push(
      'A client that was deleted still gets tokens: its deletion ends nothing. Only the broker forgets its secret.'
    );
  }
  return told;
}

/** In whole seconds, rounded up: a bound is not made smaller by its words. */
function seconds(ms: number): string {
  const whole = Math.ceil(ms / 1000);
  return whole === 1 ? '1 second' : `${whole} seconds`;
}

const after = (lag: number | null): string =>
  lag === null || lag < 1000 ? 'within a second of' : `${seconds(lag)} after`;
