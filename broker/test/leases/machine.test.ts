import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { IFault, LeaseEvent } from '../../src/leases/events.ts';
import { leaseMachine } from '../../src/leases/machine.ts';
import { leaseColumns } from '../../src/leases/view.ts';
import {
  FAULT,
  PROFILE,
  GRANT,
  REGISTERED,
  CLAIMED,
  DRAIN,
  jitter,
  fresh,
  after,
  CLOSED
} from './lives.ts';

const anyEvent = fc.constantFrom<LeaseEvent>(
  ...CLOSED,
  { type: 'renew' },
  { type: 'drain', why: 'the job ended', look: true },
  { type: 'looked' },
  { type: 'used', count: 1 },
  { type: 'register_failed', fault: FAULT, jitter },
  { type: 'register_skipped' },
  { type: 'mint_failed', fault: FAULT, residue: GRANT, jitter },
  { type: 'mint_skipped' },
  { type: 'revoke_failed', n: 1, fault: FAULT, jitter },
  { type: 'probe_failed', n: 2, fault: FAULT, jitter },
  { type: 'probed', n: 1, verdict: 'alive', jitter },
  { type: 'introspected', n: 1, verdict: 'active', jitter },
  { type: 'introspect_failed', n: 1, fault: FAULT, jitter },
  { type: 'delete_failed', fault: FAULT, jitter }
);

describe('leaseMachine', () => {
  it('passes the states of the plan, in order', () => {
    const labels = CLOSED.map((_, index) =>
      leaseMachine.label(after(CLOSED.slice(0, index + 1)))
    );
    expect(labels).toEqual([
      'PROVISIONING',
      'READY',
      'ARMED',
      'ACTIVE',
      'ACTIVE',
      'REVOKING',
      'VERIFYING',
      'VERIFYING',
      'DELETING_CLIENT',
      'DELETING_CLIENT',
      'CLOSED'
    ]);
  });

  it('keeps what was issued until the run has looked for it', () => {
    const dead = after([
      ...CLAIMED,
      { type: 'minted', grant: GRANT },
      { type: 'drain', why: 'the job ended', look: true },
      { type: 'revoked', n: 1 },
      { type: 'probed', n: 1, verdict: 'dead', jitter },
      { type: 'introspected', n: 1, verdict: 'inactive', jitter },
      { type: 'client_deleted' }
    ]);
    expect(dead.tokens.map(({ end }) => end)).toEqual(['dead_at_resource']);
    expect(dead).toMatchObject({ held: null, erasing: false, closedAt: null });
    expect(dead.tokens[0]?.sealed).toBe(GRANT.sealed);
    for (const last of [
      { type: 'looked' },
      { type: 'drain', why: 'the run ended' }
    ] as const satisfies LeaseEvent[]) {
      const step = leaseMachine.step(dead, last, 1000);
      expect(step.intents.map(({ kind }) => kind)).toEqual(['erase']);
      expect(step.state.tokens[0]?.sealed).toBeNull();
    }
  });

  it('ends by itself no sooner than the run, which may have used a token', () => {
    const refused = after([
      ...CLAIMED,
      { type: 'minted', grant: { ...GRANT, scopes: ['a', 'root'] } },
      { type: 'revoked', n: 1 },
      { type: 'probed', n: 1, verdict: 'dead', jitter },
      { type: 'introspected', n: 1, verdict: 'inactive', jitter },
      { type: 'client_deleted' }
    ]);
    expect(refused).toMatchObject({ erasing: false, held: null });
    expect(after([DRAIN, { type: 'erased' }], refused).closedAt).toBe(1000);
  });

  it('is total: an event that does not fit changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 40 }),
        fc.array(fc.nat(200_000), { minLength: 40, maxLength: 40 }),
        (events, pauses) => {
          let lease = fresh();
          let now = 1000;
          events.forEach((event, index) => {
            now += pauses[index] ?? 0;
            const step = leaseMachine.step(lease, event, now);
            if (!step.fits) {
              expect(step.state).toBe(lease);
              expect([...step.intents, ...step.sends]).toEqual([]);
            }
            lease = step.state;
            expect(leaseColumns(lease).open).toBe(lease.closedAt === null);
          });
        }
      ),
      { numRuns: 2000 }
    );
  });

  it('asks for no token without a claim', () => {
    for (let upTo = 0; upTo < CLAIMED.length - 1; upTo += 1) {
      const lease = after(CLAIMED.slice(0, upTo));
      expect(leaseMachine.step(lease, { type: 'renew' }, 1000).fits).toBe(
        false
      );
    }
    const drained = after([...CLAIMED.slice(0, 3), DRAIN]);
    const claim = CLAIMED[3];
    expect(claim && leaseMachine.step(drained, claim, 1000).fits).toBe(false);
  });

  it.each([
    [
      'outlives the run and cannot be proved dead',
      { probe: false, introspection: false },
      'identity_refused'
    ],
    [
      'outlives the run and cannot be revoked',
      { revocation: false },
      'identity_refused'
    ],
    ['outlives the run, but provably dies', {}, undefined]
  ])('a token that %s', (_what, lack, code) => {
    const ready: LeaseEvent = {
      ...REGISTERED,
      profile: { ...PROFILE, ...lack }
    };
    const claimed = after([{ type: 'provision' }, ready, ...CLAIMED.slice(2)]);
    const step = leaseMachine.step(
      claimed,
      { type: 'minted', grant: GRANT },
      1000
    );
    expect(step.state.failure?.code).toBe(code);
    expect(step.state.tokens[0]?.superseded).toBe(code !== undefined);
    expect(step.sends.map(send => send.event.type)).toEqual(
      code ? ['lease_failed'] : []
    );
    expect(step.intents.length > 0).toBe(code !== undefined);
  });

  it('kills a token that comes when nobody waits for it', () => {
    const lease = after([...CLAIMED, { type: 'minted', grant: GRANT }, DRAIN]);
    const step = leaseMachine.step(
      lease,
      { type: 'minted', grant: GRANT },
      1000
    );
    expect(step.intents).toMatchObject([{ kind: 'revoke', payload: { n: 2 } }]);
    const late = leaseMachine.step(
      after(CLOSED),
      { type: 'minted', grant: GRANT },
      1000
    );
    expect(late.state.orphans).toMatchObject([
      { kind: 'token', since: 1000, expiresAt: 301_000 }
    ]);
    expect(late.state.closedAt).not.toBeNull();
  });

  it('lists a client that cannot be deleted, and closes', () => {
    const lease = after(CLOSED.slice(0, -2));
    const fault: IFault = { ...FAULT, kind: 'fatal', code: 'unsupported' };
    const step = leaseMachine.step(
      lease,
      { type: 'delete_failed', fault, jitter },
      1000
    );
    expect(step.state.orphans).toMatchObject([{ kind: 'client' }]);
    expect(step.intents).toMatchObject([{ kind: 'erase', payload: {} }]);
    expect(leaseColumns(step.state).orphans).toMatchObject([
      { expiresAt: null, endsAs: 'expired' }
    ]);
  });

  it('takes no single refusal for the last word on a client', () => {
    const fault: IFault = { ...FAULT, kind: 'fatal', code: 'identity_refused' };
    let lease = after(CLOSED.slice(0, -2));
    let [now, tries] = [1000, 0];
    for (let next = 'delete_client'; next === 'delete_client'; tries += 1) {
      const event = { type: 'delete_failed', fault, jitter } as const;
      const { state, intents } = leaseMachine.step(lease, event, now);
      lease = state;
      next = intents[0]?.kind ?? '';
      now += intents[0]?.delay ?? 0;
    }
    expect(lease.orphans).toMatchObject([{ kind: 'client' }]);
    expect(tries).toBeGreaterThan(15);
    expect(now).toBeGreaterThan(500_000);
    expect(now).toBeLessThan(3_600_000);
  });

  it('knows when a client ends by itself that could not be deleted', () => {
    const lease = after([
      ...CLAIMED.map(event =>
        event.type === 'registered' ? { ...event, expiresAt: 901_000 } : event
      ),
      ...CLOSED.slice(CLAIMED.length, -2)
    ]);
    const fault: IFault = { ...FAULT, kind: 'fatal', code: 'unsupported' };
    const { state } = leaseMachine.step(
      lease,
      { type: 'delete_failed', fault, jitter },
      1000
    );
    // Its secret's end, and five minutes for clocks.
    expect(leaseColumns(state).orphans).toMatchObject([
      { kind: 'client', expiresAt: 1_201_000, endsAs: 'expired' }
    ]);
  });

  it('lets a lost client live as long as the one after it', () => {
    const lost: IFault = { ...FAULT, maybeApplied: true };
    const failed: LeaseEvent[] = [
      { type: 'provision' },
      { type: 'register_failed', fault: lost, jitter },
      { type: 'try_again' }
    ];
    const orphansAfter = (expiresAt: number | null) =>
      leaseColumns(after([...failed, { ...REGISTERED, expiresAt }])).orphans;
    expect(orphansAfter(null)).toMatchObject([{ expiresAt: null }]);
    expect(orphansAfter(61_000)).toMatchObject([
      { kind: 'client', expiresAt: 361_000, endsAs: 'unconfirmed' }
    ]);
  });

  it('sounds the alarm over a provider that lies', () => {
    const alive: LeaseEvent = {
      type: 'probed',
      n: 1,
      verdict: 'alive',
      jitter
    };
    const round: LeaseEvent[] = [{ type: 'revoked', n: 1 }, alive];
    const lease = after([...CLOSED.slice(0, 6), ...round, ...round, ...round]);
    expect(leaseMachine.label(lease)).toBe('QUARANTINED');
    const [revoked, probe] = round;
    const again = revoked && leaseMachine.step(lease, revoked, 1000).state;
    const [intent] =
      again && probe ? leaseMachine.step(again, probe, 1000).intents : [];
    expect(intent?.kind).toBe('revoke');
    expect(intent?.delay).toBeGreaterThan(0);
  });

  it.each([1, 2, 3, 4, 5])(
    'revokes when told to, whatever it does (%i)',
    upTo => {
      const events: readonly LeaseEvent[] = [
        ...CLAIMED,
        { type: 'minted', grant: GRANT }
      ];
      const step = leaseMachine.step(
        after(events.slice(0, upTo)),
        { type: 'revoke', why: 'revoked by hand' },
        1000
      );
      expect(step.fits).toBe(true);
      expect(step.state.drained).toBe('revoked by hand');
      // A run that has not begun does not begin without its credential.
      expect(step.sends.map(send => send.event.type)).toEqual(
        upTo < 4 ? ['lease_failed'] : []
      );
      const again = leaseMachine.step(
        step.state,
        { type: 'revoke', why: 'once more' },
        1000
      );
      expect(again.fits).toBe(false);
    }
  );

  it('marks each step that issues something, and none that ends it', () => {
    const issuing = new Set<string>();
    let lease = fresh();
    for (const event of [
      ...CLAIMED,
      { type: 'minted', grant: GRANT } as const,
      { type: 'renew' } as const,
      { type: 'minted', grant: GRANT } as const,
      DRAIN,
      ...CLOSED.slice(6)
    ]) {
      const step = leaseMachine.step(lease, event, 1000);
      if (step.issues) {
        issuing.add(event.type);
      }
      lease = step.state;
    }
    expect([...issuing].sort()).toEqual([
      'claim',
      'minted',
      'provision',
      'registered',
      'renew'
    ]);
  });

  it('makes no try that is waited for when the run ends', () => {
    const waiting = after([
      { type: 'provision' },
      { type: 'register_failed', fault: FAULT, jitter }
    ]);
    const step = leaseMachine.step(waiting, DRAIN, 1100);
    expect(step.drop).toEqual(['timer']);
    expect(step.intents).toMatchObject([{ kind: 'erase', payload: {} }]);
  });
});
