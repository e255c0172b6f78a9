import { newLease, type ILeaseDoc } from '../../src/leases/doc.ts';
import type { IFault, LeaseEvent, Of } from '../../src/leases/events.ts';
import { leaseMachine } from '../../src/leases/machine.ts';

export const FAULT: IFault = {
  kind: 'retry',
  code: null,
  why: 'broke the connection',
  afterMs: null,
  maybeApplied: false
};
export const PROFILE = { revocation: true, introspection: true, probe: true };
export const GRANT = {
  sealed: '1.00000000.AAAA',
  mark: 'hmac:00',
  expiresAt: 301_000,
  selfContained: false,
  scopes: ['a']
};
export const REGISTERED: Of<'registered'> = {
  type: 'registered',
  client: '1.00000000.BBBB',
  expiresAt: null,
  mark: 'hmac:01',
  profile: PROFILE
};
export const CLAIMED: readonly LeaseEvent[] = [
  { type: 'provision' },
  REGISTERED,
  { type: 'armed' },
  { type: 'claim', attempt: 1, deadline: 61_000 }
];
export const DRAIN: LeaseEvent = { type: 'drain', why: 'the job ended' };
export const jitter = 0.5;

export const fresh = () =>
  newLease(
    {
      id: 'lease-1',
      key: 'k1.00000000.AAAA',
      run: 'run-1',
      provider: 'p',
      client: 'per_lease',
      scopes: ['a']
    },
    1000
  );

export function after(
  events: readonly LeaseEvent[],
  from = fresh()
): ILeaseDoc {
  return events.reduce(
    (lease, event) => leaseMachine.step(lease, event, 1000).state,
    from
  );
}

export const CLOSED: readonly LeaseEvent[] = [
  ...CLAIMED,
  { type: 'minted', grant: GRANT },
  DRAIN,
  { type: 'revoked', n: 1 },
  { type: 'probed', n: 1, verdict: 'dead', jitter },
  { type: 'introspected', n: 1, verdict: 'inactive', jitter },
  { type: 'client_deleted' },
  { type: 'erased' }
];
