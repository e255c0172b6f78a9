import { UNKNOWN_LIFE_MS, type ILeaseDoc, type IOrphan } from './doc.ts';

/** A client or token that may exist and that nobody holds the keys of. */
export function lose(
  lease: ILeaseDoc,
  kind: 'client' | 'token',
  now: number
): readonly IOrphan[] {
  const orphan: IOrphan = {
    id: `${lease.id}/${kind}/${lease.orphans.length + 1}`,
    kind,
    since: now,
    expiresAt: kind === 'client' ? null : now + (lease.life ?? UNKNOWN_LIFE_MS)
  };
  return [...lease.orphans, orphan];
}

/** The end of an orphan: its own expiry, which nobody could confirm. */
export function orphanEnd(orphan: IOrphan, now: number): 'unconfirmed' | null {
  return orphan.expiresAt !== null && now >= orphan.expiresAt
    ? 'unconfirmed'
    : null;
}
