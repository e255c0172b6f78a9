import { BatchError, problem } from '@jupyterlab-batch/protocol';

import type { Clock } from '../lifecycle/types.ts';
import type { Secret } from '../secrets/secret.ts';
import { OAuth2Provider } from './oauth2.ts';
import type { IIdentityProvider } from './provider.ts';
import { readSecretFile } from './secret-file.ts';
import { bounded, isSafe, type Fetch } from './wire.ts';

/** One `[identities.NAME]` of the configuration. Paths are absolute. */
export interface IIdentityEntry {
  readonly provider: 'oauth2';
  readonly issuer: string;
  readonly client?: 'per_lease' | 'shared' | null;
  readonly client_id?: string | null;
  readonly client_secret_file?: string | null;
  readonly registration_token_file?: string | null;
  readonly scopes?: readonly string[] | null;
  readonly resource_probe?: string | null;
  readonly renewal?: 'mint' | 'refresh' | 'refresh_only' | null;
  readonly trusted_user?: boolean | null;
}

export interface IProviderOptions {
  readonly clock: Clock;
  readonly readSecretFile?: (path: string) => Promise<Secret>;
  readonly fetch?: Fetch;
  /** per request; 10 s unless told */
  readonly timeoutMs?: number;
}

/** RFC 6749 §3.3 */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * The provider of one configuration entry. Nothing is asked of it yet.
 *
 * @throws BatchError `malformed_config`
 */
export function createProvider(
  name: string,
  entry: IIdentityEntry,
  options: IProviderOptions
): IIdentityProvider {
  const refuse = (key: string, text: string): never => {
    throw new BatchError(
      problem('malformed_config', `[identities.${name}] ${key}: ${text}`)
    );
  };
  const url = (key: 'issuer' | 'resource_probe', text: string): URL => {
    if (!URL.canParse(text) || !isSafe(new URL(text))) {
      refuse(
        key,
        'give an https address without user and password (http only on this machine).'
      );
    }
    return new URL(text);
  };
  const issuer = url('issuer', entry.issuer);
  const probe = entry.resource_probe
    ? url('resource_probe', entry.resource_probe)
    : null;
  const scopes = entry.scopes ?? [];
  const odd = scopes.find(scope => !SCOPE.test(scope));
  if (odd !== undefined) {
    refuse('scopes', `${JSON.stringify(odd)} is not one scope.`);
  }
  // Anyone who can make the broker read such a file acts for the community.
  if (
    (entry.registration_token_file || entry.client_secret_file) &&
    entry.trusted_user !== true
  ) {
    refuse(
      'trusted_user',
      "this entry holds a secret that stands for more than one user. Set trusted_user = true if the code of this user's notebooks may be trusted with it."
    );
  }
  const read = options.readSecretFile ?? readSecretFile;
  const source = (path: string | null | undefined) =>
    path ? () => read(path) : null;
  const isShared = entry.client === 'shared';
  const secret = source(entry.client_secret_file);
  if (isShared && (!entry.client_id || !secret)) {
    refuse('client', '"shared" wants client_id and client_secret_file.');
  }
  return new OAuth2Provider({
    name,
    issuer,
    scopes,
    probe,
    shared:
      isShared && entry.client_id && secret
        ? { id: entry.client_id, secret }
        : null,
    renewal: entry.renewal && entry.renewal !== 'mint' ? entry.renewal : null,
    registration: source(entry.registration_token_file),
    fetch: bounded({ fetch: options.fetch, timeoutMs: options.timeoutMs }),
    clock: options.clock
  });
}
