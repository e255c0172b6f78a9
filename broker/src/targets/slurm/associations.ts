import type { ICommands } from './commands.ts';

/** What the user may charge, and in which quality of service. */
export interface IAssociation {
  readonly account: string;
  /** null: in all of them */
  readonly partition: string | null;
  readonly qos: readonly string[];
  readonly defaultQos: string | null;
}

/** What the cluster's accounting knows of the user. */
export type Standing =
  | {
      readonly kind: 'ok';
      readonly associations: readonly IAssociation[];
      readonly defaultAccount: string | null;
      /** the cluster takes nothing else */
      readonly enforced: boolean;
    }
  /** there is no accounting, or it does not know the user: nothing can be said */
  | { readonly kind: 'none' }
  | { readonly kind: 'silent'; readonly why: string };

const FIELDS = [
  'Cluster',
  'Account',
  'Partition',
  'QOS',
  'DefaultQOS',
  'DefaultAccount'
] as const;

/**
 * Asks the accounting, where there is one.
 *
 * @param user - its name
 */
export async function ask(
  commands: ICommands,
  user: string
): Promise<Standing> {
  const config = await commands.run('scontrol', ['show', 'config']);
  if (config.kind !== 'ok') {
    // the cluster itself does not answer, which is said elsewhere
    return { kind: 'none' };
  }
  const value = (key: string): string =>
    new RegExp(String.raw`^${key}\s*=\s*(.*?)\s*$`, 'm').exec(
      config.text
    )?.[1] ?? '';
  if (value('AccountingStorageType') !== 'accounting_storage/slurmdbd') {
    return { kind: 'none' };
  }
  const said = await commands.run('sacctmgr', [
    '--readonly',
    '--noheader',
    '--parsable2',
    'show',
    'user',
    'where',
    `name=${user}`,
    'withassoc',
    `format=${FIELDS.join(',')}`
  ]);
  return said.kind === 'ok'
    ? read(
        said.text,
        value('ClusterName'),
        value('AccountingStorageEnforce').includes('associations')
      )
    : {
        kind: 'silent',
        why: said.kind === 'silent' ? said.why : said.message
      };
}

/** Reads it whole or not at all: half a list would refuse what may be had. Pure. */
export function read(
  text: string,
  cluster: string,
  enforced: boolean
): Standing {
  const associations: IAssociation[] = [];
  let defaultAccount: string | null = null;
  if (text !== '' && !text.endsWith('\n')) {
    return { kind: 'silent', why: 'sacctmgr stopped in the middle of a line' };
  }
  for (const line of text.split('\n').filter(each => each.trim() !== '')) {
    const fields = line.split('|');
    const [of, account, partition, qos, defaultQos, first] = fields;
    if (fields.length !== FIELDS.length || account === '') {
      return { kind: 'silent', why: 'sacctmgr answered with something else' };
    }
    if (of === cluster) {
      defaultAccount = first || null;
      associations.push({
        account,
        partition: partition || null,
        qos: qos.split(',').filter(name => name !== ''),
        defaultQos: defaultQos || null
      });
    }
  }
  return associations.length > 0
    ? { kind: 'ok', associations, defaultAccount, enforced }
    : { kind: 'none' };
}

/** What the user may choose in a partition; null: not known. Pure. */
export function accountsIn(
  standing: Standing,
  partition: string | null
): string[] | null {
  return standing.kind === 'ok'
    ? unique(
        standing.associations
          .filter(each => fits(each, partition))
          .map(({ account }) => account)
      )
    : null;
}

/**
 * What the user may choose for an account, or for the default one; null: not known.
 * Pure.
 */
export function qosIn(
  standing: Standing,
  partition: string | null,
  account: string
): string[] | null {
  if (standing.kind !== 'ok') {
    return null;
  }
  const charged = account || standing.defaultAccount;
  const own = standing.associations.filter(
    each => each.account === charged && fits(each, partition)
  );
  // one for the partition is used before one for all
  const closest = own.filter(each => each.partition !== null);
  return own.length > 0
    ? unique((closest.length > 0 ? closest : own).flatMap(({ qos }) => qos))
    : null;
}

const fits = (each: IAssociation, partition: string | null): boolean =>
  each.partition === null || partition === null || each.partition === partition;

const unique = (names: readonly string[]): string[] =>
  [...new Set(names)].toSorted();
