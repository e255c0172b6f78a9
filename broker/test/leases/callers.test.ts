import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, vi } from 'vitest';

import { createJobServer } from '../../src/http/job.ts';
import { ask } from './asking.ts';
import { claim, idle, platform, stage, use } from './stage.ts';

const AGENTS = 8;
const EACH = 8;

it('64 callers over 8 agents are one refresh at the provider', async () => {
  const requests: string[] = [];
  const { driver, service } = await stage(
    {
      refresh: 'rotating',
      fault: ({ path }) => {
        requests.push(path);
        return undefined;
      }
    },
    true,
    null,
    'refresh'
  );
  await claim(driver);
  driver.now += 290_000;
  requests.length = 0;
  const folder = mkdtempSync(join(tmpdir(), 'callers-'));
  const door = {
    token: (_session: unknown, minValid: number, signal: AbortSignal) =>
      service.token('lease-1', minValid, signal)
  };
  const app = createJobServer(door as never, () => undefined);
  const socket = join(folder, 'job.sock');
  await app.listen({ path: socket });
  const agents = Array.from(
    { length: AGENTS },
    () => new Agent({ keepAlive: true, maxSockets: EACH })
  );
  try {
    const asking = Promise.all(
      agents.flatMap(agent =>
        Array.from({ length: EACH }, () => ask(socket, agent))
      )
    );
    // All of them are waiting before the provider is asked.
    const waiting = vi.spyOn(driver, 'watch');
    await vi.waitFor(() =>
      expect(waiting.mock.calls.length).toBe(AGENTS * EACH)
    );
    expect(driver.ready.map(({ kind }) => kind)).toEqual(['refresh']);
    await driver.settle(idle(driver));
    const replies = new Set(await asking);
    expect(replies.size).toBe(1);
    expect(requests).toEqual(['/token']);
    const [reply = '{}'] = replies;
    const { access_token } = JSON.parse(reply) as { access_token: string };
    expect((await use(access_token)).status).toBe(201);
    await service.settled();
    expect(driver.lease.used).toBe(AGENTS * EACH);
    expect(
      platform.inventory().log.filter(({ what }) => what === 'refresh_rotated')
    ).toHaveLength(1);
  } finally {
    agents.forEach(agent => agent.destroy());
    await app.close();
    rmSync(folder, { recursive: true });
  }
});
