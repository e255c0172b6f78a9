import {
  SKEW_MS,
  UNKNOWN_LIFE_MS,
  type ILeaseDoc,
  type IOrphan
} from './doc.ts';

/** A client or token that may exist and that nobody holds the keys of. */
export function lose(
  lease: ILeaseDoc,
  kind: 'client' | 'token',
  now: number
): readonly IOrphan[] {
  const expiresAt =
    kind === 'client' ? null : now + (lease.life ?? UNKNOWN_LIFE_MS);
  return added(lease, { kind, since: now, expiresAt, endsAs: 'unconfirmed' });
}

/**
 * A token with which a refresh token may have been lost. It ends with its family,
 * or with the client that alone could use it.
 *
 * @param family of the refresh token that was used; null: another grant
 */
export function loseLasting(
  lease: ILeaseDoc,
  family: number | null,
  now: number
): readonly IOrphan[] {
  return added(lease, {
    kind: 'token',
    since: now,
    expiresAt: null,
    endsAs: 'unconfirmed',
    lasting: true,
    ...(family === null ? {} : { family })
  });
}

/** What was lost of families that are proved dead, or whose client is deleted. */
export function familiesEnd(lease: ILeaseDoc, now: number): ILeaseDoc {
  const isOver = ({ family }: IOrphan): boolean =>
    lease.clientDeletedAt !== null ||
    (family !== undefined &&
      lease.tokens
        .filter(token => token.refresh && token.family === family)
        .every(({ end }) => end !== null && end !== 'unconfirmed'));
  const life = lease.life ?? UNKNOWN_LIFE_MS;
  return {
    ...lease,
    orphans: lease.orphans.map(orphan =>
      orphan.lasting && orphan.expiresAt === null && isOver(orphan)
        ? { ...orphan, expiresAt: Math.max(now, orphan.since + life) }
        : orphan
    )
  };
}

/**
 * A client that was there and could not be deleted: of it the provider said when
 * its secret ends (RFC 7591 §3.2.1), or that it does not.
 */
export function abandonClient(
  lease: ILeaseDoc,
  expiresAt: number | null,
  now: number
): readonly IOrphan[] {
  return added(lease, {
    kind: 'client',
    since: now,
    expiresAt: expiresAt === null ? null : expiresAt + SKEW_MS,
    endsAs: 'expired'
  });
}

/** A lost client lives as long as the one that was registered after it. */
export function clientsLive(
  orphans: readonly IOrphan[],
  life: number | null
): readonly IOrphan[] {
  return orphans.map(orphan =>
    orphan.kind === 'client' && orphan.endsAs !== 'expired' && life !== null
      ? { ...orphan, expiresAt: orphan.since + life + SKEW_MS }
      : orphan
  );
}

function added(
  { id, orphans }: ILeaseDoc,
  orphan: Omit<IOrphan, 'id'>
): readonly IOrphan[] {
  const name = `${id}/${orphan.kind}/${orphans.length + 1}`;
  return [...orphans, { id: name, ...orphan }];
}
