import { describe, expect, it } from 'vitest';

import type { IFault, LeaseEvent } from '../../src/leases/events.ts';
import { leaseMachine } from '../../src/leases/machine.ts';
import {
  FAULT,
  GRANT,
  PROFILE,
  REGISTERED,
  jitter,
  after,
  CLOSED
} from './lives.ts';

describe('a token that has to die', () => {
  const REVOKED = CLOSED.slice(0, 7);
  const DEAD = CLOSED[7];
  const INACTIVE = CLOSED[8];
  const deaf: LeaseEvent = {
    type: 'introspect_failed',
    n: 1,
    fault: FAULT,
    jitter
  };
  const away: LeaseEvent = { type: 'probe_failed', n: 1, fault: FAULT, jitter };
  const endAfter = (...events: LeaseEvent[]) =>
    after([...REVOKED, ...events]).tokens[0]?.end;

  it('hears both the resource and the issuer before it calls a token dead', () => {
    expect(endAfter(DEAD)).toBeNull();
    expect(endAfter(DEAD, INACTIVE)).toBe('dead_at_resource');
    const one = leaseMachine.step(after(REVOKED), DEAD, 1000);
    expect(one.intents).toMatchObject([
      { kind: 'introspect', payload: { n: 1 } }
    ]);
    const two = leaseMachine.step(one.state, INACTIVE, 1000);
    expect(two.detail).toBe(
      'token 1: dead_at_resource (refused by the resource, inactive at the issuer)'
    );
    expect(two.intents).toMatchObject([{ kind: 'delete_client', payload: {} }]);
  });

  it('goes on revoking while the issuer calls the token active', () => {
    const active: LeaseEvent = {
      type: 'introspected',
      n: 1,
      verdict: 'active',
      jitter
    };
    const step = leaseMachine.step(after([...REVOKED, DEAD]), active, 1000);
    expect(step.state.tokens[0]).toMatchObject({
      end: null,
      refused: false,
      refuted: 1
    });
    expect(step.intents[0]?.kind).toBe('revoke');
  });

  it('is not held up by a witness that cannot be asked, nor believes too much', () => {
    const often = <T>(event: T): T[] => Array<T>(4).fill(event);
    expect(endAfter(DEAD, ...often(deaf))).toBeNull();
    expect(endAfter(DEAD, ...often(deaf), deaf)).toBe('dead_at_resource');
    // Without the 401 of the resource that is named, the issuer's word only.
    expect(endAfter(...often(away), away, INACTIVE)).toBe('dead_at_issuer');
  });

  describe('of which nobody but its issuer can be asked', () => {
    const ALONE: readonly LeaseEvent[] = [
      { type: 'provision' },
      { ...REGISTERED, profile: { ...PROFILE, probe: false } },
      ...CLOSED.slice(2, 4),
      { type: 'minted', grant: { ...GRANT, expiresAt: null } },
      ...CLOSED.slice(5, 7)
    ];
    const says = (code: IFault['code']): LeaseEvent => ({
      ...deaf,
      fault: { ...FAULT, kind: 'fatal', code }
    });

    it.each(['identity_refused', 'unknown_client', 'unknown_token'] as const)(
      'is not given up for one odd answer (%s)',
      code => {
        const step = leaseMachine.step(after(ALONE), says(code), 1000);
        expect(step.state.tokens[0]).toMatchObject({ end: null, failures: 1 });
        expect(step.intents).toMatchObject([{ kind: 'introspect' }]);
        expect(after([...ALONE, says(code), INACTIVE]).tokens[0]?.end).toBe(
          'dead_at_resource'
        );
      }
    );

    it('is revoked once more and given up after a quarter of an hour of them', () => {
      let lease = after(ALONE);
      let now = 1000;
      const kinds: (string | undefined)[] = [];
      while (lease.tokens[0]?.end === null) {
        const event: LeaseEvent =
          kinds.at(-1) === 'revoke'
            ? { type: 'revoked', n: 1 }
            : says('identity_refused');
        const step = leaseMachine.step(lease, event, now);
        lease = step.state;
        now += step.intents[0]?.delay ?? 0;
        kinds.push(step.intents[0]?.kind);
        expect(kinds.length).toBeLessThan(50);
      }
      expect(kinds.filter(kind => kind === 'revoke')).toHaveLength(1);
      expect(lease.tokens[0].end).toBe('unconfirmed');
      expect(now).toBeGreaterThan(10 * 60_000);
      expect(now).toBeLessThan(20 * 60_000);
    });

    it('is believed at once that it cannot be asked about', () => {
      expect(
        after([...ALONE, says('unsupported'), { type: 'revoked', n: 1 }])
          .tokens[0]?.end
      ).toBe('unconfirmed');
    });
  });

  it('waits for an expiry quietly, also where a clock that is set back rings early', () => {
    const profile = { revocation: false, introspection: false, probe: false };
    const lease = after([
      { type: 'provision' },
      { ...REGISTERED, profile },
      ...CLOSED.slice(2, 4),
      { type: 'minted', grant: { ...GRANT, expiresAt: 61_000 } },
      { type: 'drain', why: 'the job ended' }
    ]);
    const none: IFault = { ...FAULT, kind: 'fatal', code: 'unsupported' };
    const rung: LeaseEvent = { ...away, fault: none };
    const early = leaseMachine.step(lease, rung, 1000);
    expect(early.state).toMatchObject({ problem: null });
    expect(early.intents).toMatchObject([{ kind: 'probe', delay: 360_000 }]);
    const due = leaseMachine.step(early.state, rung, 361_000);
    expect(due.state.tokens[0]?.end).toBe('expired');
  });

  it.each([
    ['a server that is down', { kind: 'retry', code: null }, 'revoke', true],
    ['a refusal', { kind: 'fatal', code: 'identity_refused' }, 'revoke', true],
    ['no such token', { kind: 'fatal', code: 'unknown_token' }, 'probe', false],
    [
      'no such client',
      { kind: 'fatal', code: 'unknown_client' },
      'probe',
      true
    ],
    [
      'not for this type',
      { kind: 'fatal', code: 'unsupported' },
      'probe',
      false
    ]
  ] as const)(
    'after a revocation answered with %s',
    (_what, more, kind, waits) => {
      const fault: IFault = { ...FAULT, ...more };
      const step = leaseMachine.step(
        after(CLOSED.slice(0, 6)),
        { type: 'revoke_failed', n: 1, fault, jitter },
        1000
      );
      expect(step.intents[0]?.kind).toBe(kind);
      expect((step.intents[0]?.delay ?? 0) > 0).toBe(waits);
      expect(step.state.tokens[0]?.end).toBeNull();
    }
  );

  it('tries for as long as the token lives, a minute apart at most', () => {
    let lease = after(CLOSED.slice(0, 6));
    let now = 1000;
    let tries = 0;
    let next: string | undefined = 'revoke';
    while (next === 'revoke') {
      const step = leaseMachine.step(
        lease,
        { type: 'revoke_failed', n: 1, fault: FAULT, jitter },
        now
      );
      lease = step.state;
      tries += 1;
      next = step.intents[0]?.kind;
      const wait = step.intents[0]?.delay ?? 0;
      expect(wait).toBeLessThanOrEqual(60_000);
      now += wait;
    }
    // Then no clock is believed before the resource, which may call it alive.
    expect([next, lease.tokens[0]?.end]).toEqual(['probe', null]);
    const ends = (event: LeaseEvent) =>
      leaseMachine.step(lease, event, now).state.tokens[0]?.end;
    expect(ends(away)).toBe('expired');
    expect(ends({ type: 'probed', n: 1, verdict: 'alive', jitter })).toBeNull();
    // 301 s of life and 300 s of doubt, with at most a minute between two.
    expect(now).toBeGreaterThanOrEqual(601_000);
    expect(tries).toBeGreaterThan(10);
  });
});
