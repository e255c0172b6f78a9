import {
  BatchError,
  problem,
  type DismissReply,
  type DismissRequest,
  type Orphan
} from '@jupyterlab-batch/protocol';

import type { IAuditDraft } from '../lifecycle/ports.ts';
import type { Clock } from '../lifecycle/types.ts';
import type { ILeaseRow, IOrphanRow, IStore } from '../store/types.ts';

type DismissStore = Pick<IStore, 'orphans' | 'dismiss'>;

/**
 * An operator has looked, and nothing of these orphans is left at the provider, nor
 * of these leases a token that nobody could prove dead.
 * They stay in the list, with the reason; nobody is alarmed about them any more.
 *
 * @throws BatchError `not_found`, `ambiguous_id`, `disk_full`; then of all of them
 *   nothing was dismissed
 */
export async function dismiss(
  store: DismissStore,
  clock: Clock,
  { ids, reason }: DismissRequest
): Promise<DismissReply> {
  const at = clock();
  const known = await store.orphans(at, true);
  const meant = new Map(
    ids.flatMap(id => pick(known, id)).map(orphan => [orphan.id, orphan])
  );
  const said = reason.trim();
  const done = await store.dismiss([...meant.keys()], at, said, (row, lease) =>
    told(row, lease, at, said)
  );
  done.forEach(orphan => meant.set(orphan.id, orphan));
  return { orphans: [...meant.values()].map(orphanView) };
}

/**
 * Those that are open, of one name; if there are none, those that were dismissed
 * already: the answer to the first time may have been lost.
 *
 * @throws BatchError `not_found`, `ambiguous_id`
 */
function pick(known: readonly IOrphanRow[], given: string): IOrphanRow[] {
  const wanted = given.toLowerCase();
  const called = known.filter(
    ({ id, name }) =>
      id === wanted || name.startsWith(wanted) || name.endsWith(wanted)
  );
  const exact = called.filter(
    ({ id, name }) => id === wanted || name === wanted
  );
  const fits = exact.length > 0 ? exact : called;
  const open = fits.filter(({ end }) => end === null);
  const found =
    open.length > 0 ? open : fits.filter(({ end }) => end === 'dismissed');
  const names = new Set(found.map(({ name }) => name));
  if (names.size === 0) {
    throw new BatchError(
      problem(
        'not_found',
        `Nothing that was left at a provider is called ${given}. See jupyter batch leases.`
      )
    );
  }
  if (names.size > 1) {
    throw new BatchError(
      problem(
        'ambiguous_id',
        `${names.size} names begin or end with ${given}. Give more of the one you mean.`
      )
    );
  }
  return found;
}

/** In the history of its run, where it has one. */
function told(
  { id, kind, lease: subject, run }: IOrphanRow,
  lease: ILeaseRow | null,
  at: number,
  reason: string
): IAuditDraft {
  const state = lease?.state ?? 'CLOSED';
  return {
    at,
    machine: 'lease',
    subject,
    run: run === '' ? null : run,
    event: 'dismissed',
    from: state,
    to: state,
    fits: true,
    detail: `${kind} ${id}: ${reason}`
  };
}

export function orphanView(row: IOrphanRow): Orphan {
  return {
    id: row.id,
    kind: row.kind,
    provider: row.provider,
    name: row.name,
    lease: row.lease,
    run: row.run,
    since: new Date(row.since).toISOString(),
    expires_at:
      row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
    end: row.end,
    reason: row.reason
  };
}
