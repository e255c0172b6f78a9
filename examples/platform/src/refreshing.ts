import type { Provider } from 'oidc-provider';

/** Whose grants they are: there are no users here. */
const COMMUNITY = 'community';

/**
 * Lets client credentials come with a refresh token, for clients that registered
 * for `refresh_token`: RFC 6749 §4.4.3 advises against it and platforms do it.
 * What a refresh does, rotation and what becomes of a family whose old token is
 * used again, is oidc-provider's own.
 */
export function giveRefreshTokens(provider: Provider): void {
  provider.registerGrantType(
    'client_credentials',
    async ctx => {
      const { client, params } = ctx.oidc;
      const asked = typeof params.scope === 'string' ? params.scope : '';
      const may = new Set((client.scope ?? '').split(' '));
      const scope = asked.split(' ').filter(word => word !== '');
      if (scope.some(word => !may.has(word))) {
        ctx.status = 400;
        ctx.body = { error: 'invalid_scope' };
        return;
      }
      if (!client.grantTypeAllowed('refresh_token')) {
        const token = new provider.ClientCredentials({ client, scope: asked });
        ctx.body = answer(await token.save(), token.expiration, asked);
        return;
      }
      const grant = new provider.Grant({
        accountId: COMMUNITY,
        clientId: client.clientId
      });
      grant.addOIDCScope(asked);
      const of = {
        client,
        accountId: COMMUNITY,
        grantId: await grant.save(),
        gty: 'client_credentials',
        scope: asked
      };
      const access = new provider.AccessToken(of);
      const refresh = new provider.RefreshToken(of);
      ctx.body = {
        ...answer(await access.save(), access.expiration, asked),
        refresh_token: await refresh.save()
      };
    },
    ['scope', 'expires_in']
  );
}

const answer = (access_token: string, expires_in: number, scope: string) => ({
  access_token,
  expires_in,
  scope,
  token_type: 'Bearer'
});
