import {
  startPlatform,
  type IPlatform,
  type IPlatformOptions
} from '@jupyterlab-batch/platform';
import { afterEach } from 'vitest';

import {
  createProvider,
  type IIdentityEntry
} from '../../src/identity/create.ts';
import { informed, type IFindings } from '../../src/identity/findings.ts';
import { observed } from '../../src/identity/observed.ts';
import { LeaseService } from '../../src/leases/service.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Driver, vault } from './driver.ts';

export const SHARED = { id: 'community', secret: 'the-shared-secret' };
export const signal = AbortSignal.timeout(60_000);

/** The one of the test that runs. */
export let platform: IPlatform;

export interface IStage {
  readonly driver: Driver;
  readonly service: LeaseService;
}

export async function stage(
  options: IPlatformOptions = {},
  probe = true,
  findings: IFindings | null = null,
  renewal: IIdentityEntry['renewal'] = 'mint'
): Promise<IStage> {
  platform = await startPlatform(options);
  const bare = createProvider(
    'platform',
    {
      provider: 'oauth2',
      issuer: platform.url,
      scopes: ['jobs:read', 'meta:write'],
      trusted_user: true,
      renewal,
      resource_probe: probe ? `${platform.url}/api/me` : null,
      ...(options.sharedClient
        ? {
            client: 'shared' as const,
            client_id: SHARED.id,
            client_secret_file: '/secret'
          }
        : { registration_token_file: '/registration' })
    },
    {
      // Whoever asks and who counts the life of a token go by one clock.
      clock: () => driver.now,
      timeoutMs: 2000,
      readSecretFile: async path =>
        new Secret(
          path === '/secret' ? SHARED.secret : platform.initialAccessToken
        )
    }
  );
  const provider = observed(bare, Date.now, () => undefined);
  if (findings) {
    provider.profile = async asked => {
      const answer = await bare.profile(asked);
      return answer.kind === 'ok'
        ? { ...answer, value: informed(answer.value, findings) }
        : answer;
    };
  }
  const driver: Driver = new Driver(provider, { now: Date.now() });
  const service = new LeaseService({
    dispatcher: driver,
    store: driver,
    providers: new Map([['platform', provider]]),
    vault,
    clock: () => driver.now,
    notBefore: async () => 0,
    patienceMs: 3000
  });
  return { driver, service };
}

export const idle = (driver: Driver) => () => driver.pending.length === 0;

/** Up to a token in the lease. */
export async function claim(driver: Driver): Promise<void> {
  driver.send({ type: 'provision' });
  await driver.settle(idle(driver));
  driver.send({ type: 'armed' });
  driver.send({ type: 'claim', attempt: 1, deadline: driver.now + 600_000 });
  await driver.settle(idle(driver));
}

export async function close(driver: Driver): Promise<void> {
  driver.send({ type: 'drain', why: 'the job ended' });
  await driver.settle(() => driver.lease.closedAt !== null);
}

export const use = (token: string) =>
  fetch(`${platform.url}/api/results`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json'
    },
    body: '{"height": 4.0}'
  });

/** When it first happened at the platform; -1: never. */
export const done = (what: string) =>
  platform
    .inventory()
    .log.map(entry => entry.what)
    .indexOf(what);

afterEach(() => platform.close());
