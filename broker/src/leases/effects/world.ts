import { BatchError } from '@jupyterlab-batch/protocol';

import type { Clock, IIntent, Outcome } from '../../lifecycle/types.ts';
import { Secret } from '../../secrets/secret.ts';
import type { ILeaseDoc, IToken } from '../doc.ts';
import type { IFault, ISealedGrant, LeaseEvent } from '../events.ts';
import type {
  Answer,
  Erase,
  IClient,
  IGrant,
  IKeyOwner,
  ILeaseProvider,
  ILeaseStore,
  IRefusal,
  ISealer
} from '../ports.ts';

/** What the effects of a lease touch. */
export interface ILeaseWorld {
  readonly store: ILeaseStore;
  readonly providers: ReadonlyMap<string, ILeaseProvider>;
  readonly vault: ISealer;
  readonly erase: Erase;
  readonly clock: Clock;
  /** in [0, 1) */
  readonly random: () => number;
}

export const tell = (event: LeaseEvent): Outcome => ({ kind: 'event', event });

export function faultOf(refusal: IRefusal): IFault {
  return {
    kind: refusal.kind,
    code: refusal.code ?? null,
    why: refusal.why,
    afterMs: refusal.afterMs ?? null,
    maybeApplied: refusal.maybeApplied ?? false
  };
}

/** A fault of our own making: worth another try. */
export function ourFault(why: string, maybeApplied = false): IFault {
  return { kind: 'retry', code: null, why, afterMs: null, maybeApplied };
}

export const NOT_CONFIGURED = ourFault(
  'is not in the configuration any more, or has another issuer there'
);

export const BROKEN = ourFault('could not be asked');

/**
 * Where the lease got what it holds. An entry that was pointed elsewhere since
 * knows none of it, and would call it dead.
 */
export function providerOf(
  world: Pick<ILeaseWorld, 'providers'>,
  { provider, profile }: ILeaseDoc
): ILeaseProvider | null {
  const found = world.providers.get(provider);
  const isIssuer =
    profile?.issuer === undefined || profile.issuer === found?.issuer;
  return found && isIssuer ? found : null;
}

/** What went wrong before anybody was asked; the vault says it in words. */
export const brokenBy = (error: unknown): IFault =>
  error instanceof BatchError && error.code === 'malformed_config'
    ? ourFault(`was not asked. ${error.problem.detail}`)
    : BROKEN;

/** Nobody knows whether the call was made: the process died over it. */
export const REPLY_LOST = ourFault(
  'may have answered when the broker was gone',
  true
);

/**
 * Whether an earlier performance of this intent may have reached the provider.
 * After a restart every pending intent counts a try more; none is ever waited for
 * (`try_again`), so each of them may have been begun.
 */
export class Begun {
  readonly #here = new Set<number>();

  /** Call it right before the request leaves. */
  note(intent: IIntent): void {
    this.#here.add(intent.id);
  }

  forget(intent: IIntent): void {
    this.#here.delete(intent.id);
  }

  has(intent: IIntent): boolean {
    return this.#here.has(intent.id) || intent.tries > 0;
  }
}

/** Its key may have been wrapped anew while a provider was asked. */
const ownerNow = async (
  world: ILeaseWorld,
  lease: ILeaseDoc
): Promise<IKeyOwner> => ownerOf((await world.store.read(lease.id)) ?? lease);

export async function sealClient(
  world: ILeaseWorld,
  lease: ILeaseDoc,
  client: IClient
): Promise<string> {
  const text = JSON.stringify({
    id: client.id,
    secret: client.secret?.reveal() ?? null,
    uri: client.management?.uri ?? null,
    token: client.management?.token.reveal() ?? null
  });
  const owner = await ownerNow(world, lease);
  return world.vault.seal(owner, 'client', new Secret(text));
}

/** @throws when the key is another one: the caller reports it as a fault */
export function openClient(
  world: ILeaseWorld,
  lease: ILeaseDoc
): IClient | null {
  if (!lease.held) {
    return null;
  }
  const sealed = world.vault.unseal(
    ownerOf(lease),
    'client',
    lease.held.sealed
  );
  const { id, secret, uri, token } = readSealed(sealed);
  return {
    id,
    secret: secret === null ? null : new Secret(secret),
    management:
      uri !== null && token !== null ? { uri, token: new Secret(token) } : null,
    expiresAt: lease.held.expiresAt ?? null
  };
}

interface ISealedClient {
  readonly id: string;
  readonly secret: string | null;
  readonly uri: string | null;
  readonly token: string | null;
}

// Written by sealClient above, and authenticated since.
const readSealed = (sealed: Secret): ISealedClient =>
  JSON.parse(sealed.reveal()) as ISealedClient;

/** What is secret in the value of a field, each by itself. */
export function secretsIn(field: string, value: Secret): readonly Secret[] {
  if (field !== 'client') {
    return [value];
  }
  const { secret, token } = readSealed(value);
  return [secret, token].flatMap(text =>
    text === null ? [] : [new Secret(text)]
  );
}

/** The field of every access token is `token`, of every refresh token `refresh`. */
async function sealGrant(
  world: ILeaseWorld,
  lease: ILeaseDoc,
  grant: IGrant
): Promise<ISealedGrant> {
  const owner = await ownerNow(world, lease);
  return {
    sealed: world.vault.seal(owner, 'token', grant.token),
    mark: world.vault.mark(grant.token),
    expiresAt: grant.expiresAt,
    selfContained: grant.selfContained,
    scopes: grant.scopes,
    refresh: grant.refresh && {
      sealed: world.vault.seal(owner, 'refresh', grant.refresh.token),
      mark: world.vault.mark(grant.refresh.token),
      expiresAt: grant.refresh.expiresAt
    }
  };
}

/** What a question for a token came to, sealed; a refusal may bring a token, too. */
export async function sealAnswer(
  world: ILeaseWorld,
  lease: ILeaseDoc,
  answer: Answer<IGrant>
): Promise<
  | { readonly grant: ISealedGrant }
  | { readonly residue: ISealedGrant | null; readonly fault: IFault }
> {
  if (answer.kind === 'ok') {
    return { grant: await sealGrant(world, lease, answer.value) };
  }
  return {
    residue: answer.residue
      ? await sealGrant(world, lease, answer.residue)
      : null,
    fault: faultOf(answer)
  };
}

export function openToken(
  world: Pick<ILeaseWorld, 'vault'>,
  lease: ILeaseDoc,
  token: IToken
): Secret {
  if (token.sealed === null) {
    throw new Error('the token is erased');
  }
  const field = token.refresh ? 'refresh' : 'token';
  return world.vault.unseal(ownerOf(lease), field, token.sealed);
}

/** A lease of an older version has no key of its own. */
const ownerOf = ({ id, key }: ILeaseDoc): IKeyOwner => ({
  id,
  key: key ?? null
});
