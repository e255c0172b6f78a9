import type { LeaseSummary, TokenEnd } from '@jupyterlab-batch/protocol';

import { labelOf, type ILeaseDoc } from './doc.ts';

/** From the strongest word to the weakest: a lease is as dead as its weakest token. */
const STRENGTH: readonly TokenEnd[] = [
  'dead_at_resource',
  'expired',
  'dead_at_issuer',
  'unconfirmed'
];

const iso = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString();

function endOf(lease: ILeaseDoc): TokenEnd | null {
  const ends = lease.tokens.map(token => token.end);
  if (ends.length === 0 || ends.includes(null)) {
    return null;
  }
  return STRENGTH.findLast(end => ends.includes(end)) ?? null;
}

/** The credential's line, as lists and details show it. No secret is in it. */
export function leaseSummary(lease: ILeaseDoc): LeaseSummary {
  const end = lease.drained === null ? null : endOf(lease);
  const ended = Math.max(...lease.tokens.map(token => token.endedAt ?? 0), 0);
  return {
    id: lease.id,
    state: labelOf(lease),
    provider: lease.provider,
    client: lease.client,
    scopes: [...lease.scopes],
    registered_at: iso(lease.registeredAt),
    minted_at: iso(lease.mintedAt),
    used: lease.used,
    revoked_at: iso(lease.revokedAt),
    verified_at:
      end === 'dead_at_resource' || end === 'expired' ? iso(ended) : null,
    client_deleted_at: iso(lease.clientDeletedAt),
    end,
    ended_at: end ? iso(ended) : null,
    problem: lease.failure?.message ?? lease.problem
  };
}

/** What a list sees of a lease, and the orphans it leaves. Times in ms. */
export interface ILeaseRow {
  readonly machine: 'lease';
  readonly run: string;
  readonly state: LeaseSummary['state'];
  readonly open: boolean;
  readonly view: LeaseSummary;
  readonly orphans: readonly {
    readonly id: string;
    readonly kind: 'client' | 'token';
    readonly provider: string;
    readonly name: string;
    readonly since: number;
    readonly expiresAt: number | null;
    readonly endsAs: 'expired' | 'unconfirmed';
  }[];
}

/** The row of a lease in the store. */
export function leaseColumns(lease: ILeaseDoc): ILeaseRow {
  return {
    machine: 'lease',
    run: lease.run,
    state: labelOf(lease),
    open: lease.closedAt === null,
    view: leaseSummary(lease),
    orphans: lease.orphans.map(orphan => ({
      id: orphan.id,
      kind: orphan.kind,
      provider: lease.provider,
      name: lease.id,
      since: orphan.since,
      expiresAt: orphan.expiresAt,
      endsAs: orphan.endsAs ?? 'unconfirmed'
    }))
  };
}
