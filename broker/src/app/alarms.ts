import type { IOrphanRow, IStore } from '../store/types.ts';

interface IAlarmWorld {
  readonly store: Pick<IStore, 'onChange' | 'leasesOf' | 'orphans'>;
  readonly log: { error(fields: object, message: string): void };
}

/**
 * Says once, and loudly, what an operator has to know: a token that works after
 * three accepted revocations, one that nobody could prove dead, and what was
 * left at a provider. `leases`, `doctor` and the metrics say it for as long as
 * it is so.
 *
 * @returns ends it
 */
export function watchAlarms({ store, log }: IAlarmWorld): () => void {
  const told = new Set<string>();
  const tell = (key: string, fields: object, message: string): void => {
    if (!told.has(key)) {
      told.add(key);
      log.error({ alarm: key.split('/')[0], ...fields }, message);
    }
  };
  const orphans = async (): Promise<void> => {
    for (const orphan of await store.orphans(Date.now())) {
      if (orphan.end === null) {
        tell(`orphan/${orphan.id}`, fieldsOf(orphan), ORPHAN);
      }
    }
  };
  const look = async (runs: readonly string[]): Promise<void> => {
    for (const run of runs) {
      for (const { id, state, view } of await store.leasesOf(run)) {
        const fields = { lease: id, run, provider: view.provider };
        if (state === 'QUARANTINED') {
          tell(`quarantined/${id}`, fields, QUARANTINED);
        }
        if (view.end === 'unconfirmed') {
          tell(`unconfirmed/${id}`, fields, UNCONFIRMED);
        }
      }
    }
    await orphans();
  };
  // The store may close while it is being looked at: then nobody is told.
  const quietly = (looking: Promise<void>) => void looking.catch(() => null);
  quietly(orphans());
  return store.onChange(changes => {
    quietly(look(changes.map(({ id }) => id)));
  });
}

const QUARANTINED =
  'the provider accepts revocations and the token still works; it is tried again';
const UNCONFIRMED = 'nobody could prove that a token is dead';
const ORPHAN = 'something may be left at the provider that nobody can end';

function fieldsOf(orphan: IOrphanRow): object {
  const { kind, provider, name, lease, run, expiresAt } = orphan;
  return { kind, provider, name, lease, run, expiresAt };
}
