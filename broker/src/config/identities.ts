import { addressProblem } from './addresses.ts';
import type { IIdentityConfig } from './config.ts';
import type { Problems } from './problems.ts';
import type { Identity } from './schema.ts';
import { secretFileProblem } from './secret-file.ts';
import { at, type ITable } from './tree.ts';
import { besides } from './work.ts';

const SECRET_FILES = ['client_secret_file', 'registration_token_file'] as const;

/** One `[identities.NAME]`; what makes it unsafe or incomplete is a problem. */
export function identityOf(
  name: string,
  identity: Identity,
  table: ITable,
  problems: Problems
): IIdentityConfig {
  const path = ['identities', name];
  const refuse = (message: string, key?: keyof Identity): void => {
    const origin = (key && table.entries.get(key)?.origin) ?? table.origin;
    const where = key ? [...path, key] : path;
    problems.add(`${where.join('.')}: ${message}`, at(origin), where);
  };
  for (const key of ['issuer', 'resource_probe'] as const) {
    const address = identity[key];
    const why = address === undefined ? null : addressProblem(address);
    if (why !== null) {
      refuse(why, key);
    }
  }
  // A member that is written but does not fit has a problem of its own.
  const written = (key: keyof Identity): boolean => table.entries.has(key);
  const client = identity.client ?? 'per_lease';
  if (client === 'shared') {
    for (const key of ['client_id', 'client_secret_file'] as const) {
      if (!written(key)) {
        refuse(`client = "shared" needs ${key}.`);
      }
    }
  } else if (identity.client !== undefined || !written('client')) {
    for (const key of ['client_id', 'client_secret_file'] as const) {
      if (identity[key] !== undefined) {
        refuse('this is only for client = "shared".', key);
      }
    }
  }
  const files = new Map<string, string>();
  for (const key of SECRET_FILES) {
    const origin = table.entries.get(key)?.origin;
    const given = identity[key];
    if (given === undefined || !origin) {
      continue;
    }
    const file = besides(given, origin);
    files.set(key, file);
    const why = secretFileProblem(file);
    if (why !== null) {
      refuse(why, key);
    }
    if (identity.trusted_user === false || !written('trusted_user')) {
      refuse(
        'this secret stands for more than one user, and notebooks of the user ' +
          'who runs the broker could read it. Set trusted_user = true if they ' +
          'may be trusted with it, else remove the line.',
        key
      );
    }
  }
  return {
    provider: identity.provider,
    issuer: identity.issuer,
    client,
    client_id: identity.client_id ?? null,
    client_secret_file: files.get('client_secret_file') ?? null,
    registration_token_file: files.get('registration_token_file') ?? null,
    scopes: identity.scopes ?? [],
    resource_probe: identity.resource_probe ?? null,
    renewal: identity.renewal ?? 'mint',
    trusted_user: identity.trusted_user ?? false
  };
}
