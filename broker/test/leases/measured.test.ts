import { expect, it } from 'vitest';

import type { IFindings } from '../../src/identity/findings.ts';
import { LIES } from '../../src/leases/doc.ts';
import { leaseSummary } from '../../src/leases/view.ts';
import { claim, close, platform, stage } from './stage.ts';

const REAL: IFindings = {
  tokens: 'opaque',
  life: 300_000,
  revocation: 'at_resource',
  lag: 100,
  bound: 30_000,
  probeTells: true,
  narrowsScope: true,
  narrowsLife: false,
  deletedClientMints: false
};

const cached = (ms: number) => {
  let revoked = Infinity;
  return ({ path }: { path: string }) => {
    if (path === '/token/revocation') {
      revoked = Math.min(revoked, Date.now());
    }
    return path === '/api/me' && Date.now() - revoked < ms
      ? ({ kind: 'answer', status: 200, body: '{}' } as const)
      : undefined;
  };
};

/** A claim for so many seconds. */
async function claimFor(
  seconds: number,
  findings: IFindings | null,
  options = {}
) {
  const { driver } = await stage(options, true, findings);
  driver.send({ type: 'provision' });
  const idle = () => driver.pending.length === 0;
  await driver.settle(idle);
  driver.send({ type: 'armed' });
  const deadline = driver.now + seconds * 1000;
  driver.send({ type: 'claim', attempt: 1, deadline });
  await driver.settle(idle);
  return driver;
}

const failures = (sends: readonly { event: { type: string } }[]) =>
  sends
    .map(({ event }) => event)
    .filter(event => event.type === 'lease_failed');

it('gives a short run no token of a provider that was seen not to revoke', async () => {
  const driver = await claimFor(100, { ...REAL, revocation: 'accepted_only' });
  const [failure, ...more] = failures(driver.sends);
  expect(failure).toMatchObject({ code: 'identity_refused' });
  expect(JSON.stringify(failure)).toContain('outlive the run');
  expect(more).toEqual([]);
  await driver.settle(() => driver.lease.closedAt !== null);
  // It was revoked all the same: what was measured spares nothing.
  expect(platform.inventory().tokens.map(token => token.alive)).toEqual([
    false
  ]);
  expect([...driver.violations]).toEqual([]);
});

it.each([
  ['a run that outlasts its token', 300, 'accepted_only'],
  ['a provider that was seen to revoke', 100, 'at_resource']
] as const)('gives a token to %s', async (_who, seconds, revocation) => {
  const driver = await claimFor(seconds, { ...REAL, revocation });
  expect(failures(driver.sends)).toEqual([]);
  expect(driver.lease.tokens).toHaveLength(1);
  await close(driver);
});

it('asks for a token that lives as long as its run, where that is heeded', async () => {
  const findings: IFindings = {
    ...REAL,
    revocation: 'at_issuer',
    narrowsLife: true
  };
  const heeding = { heedsLife: true, ttl: 3600 };
  const driver = await claimFor(100, findings, heeding);
  expect(failures(driver.sends)).toEqual([]);
  const [token] = driver.lease.tokens;
  const left = (token?.expiresAt ?? 0) - driver.now;
  expect(left).toBeGreaterThan(90_000);
  expect(left).toBeLessThanOrEqual(102_000);
  await close(driver);
});

it('takes an answer out of a cache for no lie, as long as caches were seen to take', async () => {
  const { driver } = await stage({ fault: cached(400) }, true, {
    ...REAL,
    lag: 15_000
  });
  await claim(driver);
  driver.send({ type: 'drain', why: 'the job ended' });
  // The driver's clock jumps from one look to the next: time for real ones.
  const late = Date.now() + 10_000;
  while (driver.lease.closedAt === null && Date.now() < late) {
    const before = driver.now;
    await driver.settle(
      () => driver.lease.closedAt !== null || driver.now > before
    );
    await new Promise(resolve => setTimeout(resolve, 60));
  }
  expect(driver.lease.tokens[0]?.refuted).toBe(0);
  expect(driver.lease.problem).toBeNull();
  expect(leaseSummary(driver.lease).end).toBe('dead_at_resource');
});

it('calls it a lie once that time is over', async () => {
  const { driver } = await stage({ fault: cached(Infinity) }, true, REAL);
  await claim(driver);
  driver.send({ type: 'drain', why: 'the job ended' });
  await driver.settle(() => leaseSummary(driver.lease).state === 'QUARANTINED');
  expect(driver.lease.tokens[0]?.refuted).toBe(LIES);
});
