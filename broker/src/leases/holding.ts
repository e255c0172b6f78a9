import { settle } from './closing.ts';
import type { ILeaseDoc, IToken } from './doc.ts';
import type { ISealedGrant } from './events.ts';
import { lose, loseLasting } from './orphans.ts';
import { committed, draft, type Step } from './step.ts';

interface IHolding {
  /** they have to die at once */
  readonly superseded: boolean;
  /** the family that was refreshed; absent: a grant of its own */
  readonly family?: number;
}

/** Puts what was issued into the lease: a token, and the refresh token with it. */
export function hold(
  lease: ILeaseDoc,
  grant: ISealedGrant,
  now: number,
  { superseded, family }: IHolding
): ILeaseDoc {
  const life = grant.expiresAt === null ? lease.life : grant.expiresAt - now;
  const n = lease.tokens.length + 1;
  const { refresh } = grant;
  const isNew = refresh && !isKnown(lease, refresh.mark);
  const kin = family ?? (isNew ? n + 1 : undefined);
  const of = kin === undefined ? {} : { family: kin };
  const access: IToken = {
    ...newToken(n, grant, now, superseded),
    selfContained: grant.selfContained,
    ...of
  };
  const tokens = [...lease.tokens, access];
  if (isNew) {
    const { mark } = refresh;
    tokens.push({
      ...newToken(n + 1, { ...refresh, scopes: grant.scopes }, now, superseded),
      refresh: { mark, rotated: false, doubtful: false },
      ...of
    });
  }
  return {
    ...lease,
    life,
    mintedAt: lease.mintedAt ?? now,
    tokens,
    // A lost one of the same provider lives as long, counted from its loss.
    orphans: lease.orphans.map(orphan =>
      orphan.kind === 'token' && !orphan.lasting && life !== null
        ? { ...orphan, expiresAt: orphan.since + life }
        : orphan
    )
  };
}

/** Not every provider gives another refresh token for each that was used. */
export const isKnown = (lease: ILeaseDoc, mark: string): boolean =>
  lease.tokens.some(({ refresh }) => refresh?.mark === mark);

function newToken(
  n: number,
  {
    sealed,
    expiresAt,
    scopes
  }: Pick<ISealedGrant, 'sealed' | 'expiresAt' | 'scopes'>,
  now: number,
  superseded: boolean
): IToken {
  return {
    n,
    sealed,
    mintedAt: now,
    expiresAt,
    selfContained: false,
    scopes,
    superseded,
    busy: false,
    unrevocable: false,
    unintrospectable: false,
    revokedAt: null,
    failures: 0,
    refuted: 0,
    refused: false,
    disowned: false,
    end: null,
    endedAt: null
  };
}

/** A grant in an audit row: what it may, until when; its values as marks. */
export function told(lease: ILeaseDoc, grant: ISealedGrant): string {
  const { mark, scopes, expiresAt, refresh } = grant;
  const n = lease.tokens.findLast(token => !token.refresh)?.n;
  const until =
    expiresAt === null
      ? 'with no known expiry'
      : `until ${new Date(expiresAt).toISOString()}`;
  const also = refresh ? `; refresh token (${refresh.mark})` : '';
  return `token ${n} (${mark}): ${scopes.join(' ')}, ${until}${also}`;
}

/** A token that nobody waits for any more still has to die. */
export function strayGrant(
  lease: ILeaseDoc,
  grant: ISealedGrant,
  now: number
): Step {
  if (lease.closedAt !== null) {
    const life = (grant.expiresAt ?? now) - now;
    const known = { ...lease, life: life || lease.life };
    const orphans = grant.refresh
      ? loseLasting(known, null, now)
      : lose(known, 'token', now);
    return committed(draft({ ...lease, orphans }, 'came after the end'));
  }
  const held = hold(lease, grant, now, { superseded: true });
  return committed(settle(draft(held, 'came unasked'), now));
}
