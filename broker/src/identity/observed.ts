import { ok, type Answer, type IIdentityProvider } from './provider.ts';

/** What an operator may know of a call: how it went and how long it took. */
export interface ICallRecord {
  readonly provider: string;
  readonly call: string;
  readonly outcome: 'ok' | 'retry' | 'fatal';
  readonly ms: number;
}

/** The same provider, with every call of it told. */
export function observed(
  provider: IIdentityProvider,
  clock: () => number,
  tell: (record: ICallRecord) => void
): IIdentityProvider {
  const timed = async <T>(
    call: string,
    ask: () => Promise<Answer<T>>
  ): Promise<Answer<T>> => {
    const began = clock();
    const answer = await ask();
    const ms = Math.max(0, clock() - began);
    tell({ provider: provider.name, call, outcome: answer.kind, ms });
    return answer;
  };
  return {
    name: provider.name,
    client: provider.client,
    issuer: provider.issuer,
    scopes: provider.scopes,
    profile: signal => timed('profile', () => provider.profile(signal)),
    createClient: (name, scopes, signal) =>
      timed('register', () => provider.createClient(name, scopes, signal)),
    ...(provider.findClients && {
      findClients: (name: string, signal: AbortSignal) =>
        timed(
          'find',
          async () => (await provider.findClients?.(name, signal)) ?? ok([])
        )
    }),
    mint: (client, scopes, signal, life) =>
      timed('mint', () => provider.mint(client, scopes, signal, life)),
    refresh: (client, token, scopes, signal) =>
      timed('refresh', () => provider.refresh(client, token, scopes, signal)),
    revoke: (client, token, signal, hint) =>
      timed('revoke', () => provider.revoke(client, token, signal, hint)),
    probe: (token, signal) =>
      timed('probe', () => provider.probe(token, signal)),
    introspect: (client, token, signal, hint) =>
      timed('introspect', () =>
        provider.introspect(client, token, signal, hint)
      ),
    deleteClient: (client, signal) =>
      timed('delete_client', () => provider.deleteClient(client, signal))
  };
}
