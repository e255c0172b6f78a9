import { accountsIn, qosIn, type Standing } from './associations.ts';
import type { IPartition } from './partitions.ts';

/** Who has a say in an account or a quality of service: partition or accounting. Pure. */
export interface ITaker {
  /** what it takes; null: not known */
  readonly names: readonly string[] | null;
  /** what is said of a name that it does not take */
  readonly refusal: (name: string) => string;
  /** false: the cluster may take it all the same */
  readonly sure: boolean;
}

type Where = Pick<IPartition, 'name' | 'accounts' | 'qos'> | null;

/** @returns also the account that is charged where none is named; null: not known */
export function accountTakers(
  partition: Where,
  standing: Standing
): { readonly by: readonly ITaker[]; readonly first: string | null } {
  const own = accountsIn(standing, partition?.name ?? null);
  const first = standing.kind === 'ok' ? standing.defaultAccount : null;
  return {
    by: [
      ofPartition(partition, partition?.accounts ?? null, 'account'),
      ofAccounting(standing, own, 'You may not charge the account')
    ],
    first
  };
}

/** @param account - that is charged; empty: the user's default one */
export function qosTakers(
  partition: Where,
  standing: Standing,
  account: string
): readonly ITaker[] {
  const own = qosIn(standing, partition?.name ?? null, account);
  const whose = account || 'your default account';
  return [
    ofPartition(partition, partition?.qos ?? null, 'quality of service'),
    ofAccounting(
      standing,
      own,
      `With ${whose} you may not have the quality of service`
    )
  ];
}

const ofPartition = (
  partition: Where,
  names: readonly string[] | null,
  what: string
): ITaker => ({
  names,
  refusal: name =>
    `The partition ${partition?.name ?? ''} does not take the ${what} ${name}.`,
  sure: true
});

const ofAccounting = (
  standing: Standing,
  names: readonly string[] | null,
  words: string
): ITaker => ({
  names,
  refusal: name => `${words} ${name} at this cluster.`,
  sure: standing.kind === 'ok' && standing.enforced
});
