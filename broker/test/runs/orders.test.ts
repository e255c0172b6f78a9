import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { RunMachineEvent } from '../../src/runs/events.ts';
import { runMachine } from '../../src/runs/machine.ts';
import { isTerminal } from '../../src/runs/verdict.ts';
import {
  DELIVERED,
  gone,
  LEASE,
  newRun,
  permit,
  submitted,
  SUCCEEDED
} from './doc.ts';

const anyEvent: fc.Arbitrary<RunMachineEvent> = fc.oneof(
  fc.constantFrom<RunMachineEvent>(
    { type: 'copied' },
    { type: 'copy_failed', reason: 'disk_full', message: 'full' },
    { type: 'injected' },
    { type: 'submit_refused', message: 'no' },
    { type: 'cancel' },
    { type: 'cancel_sent' },
    { type: 'swept' },
    { type: 'rebuilt', summary: { ...SUCCEEDED, warnings: [] } },
    { type: 'rebuild_failed', reason: 'folder_gone', message: 'gone' },
    { type: 'delivered', delivery: DELIVERED },
    { type: 'lease_ready' },
    { type: 'lease_failed', code: 'identity_refused', message: 'no' },
    { type: 'lease_closed' },
    { type: 'timer', name: 'ticket_expired' },
    { type: 'timer', name: 'limit' },
    { type: 'timer', name: 'grace' },
    { type: 'delete' }
  ),
  fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
    )
    .map(([n, which]): RunMachineEvent => {
      switch (which) {
        case 'a':
          return submitted(n);
        case 'b':
          return permit(n, 's1');
        case 'c':
          return permit(n, 's2');
        case 'd':
          return gone(n);
        case 'e':
          return { type: 'released', attempt: n };
        case 'f':
          return { type: 'ticket_sent', attempt: n };
        default:
          return { type: 'host_gone', attempt: n };
      }
    })
);

test('whatever happens in whatever order, a run stays truthful', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(anyEvent, { maxLength: 60 }),
      (withLease, events) => {
        let state = newRun({ lease: withLease ? LEASE : null });
        let permits = 0;
        const wanted: string[] = [];
        events.forEach((event, i) => {
          const before = state;
          const step = runMachine.step(state, event, 2_000 + i);
          state = step.state;
          if (!step.fits) {
            // What does not fit changes nothing and asks for nothing.
            expect(step.state).toBe(before);
            expect([...step.intents, ...step.sends]).toEqual([]);
          }
          wanted.push(...step.intents.map(each => each.kind));
          if (before.state !== 'running' && state.state === 'running') {
            permits += 1;
            expect(state.lease?.ready ?? true).toBe(true);
          }
          if (isTerminal(before.state)) {
            expect(state.state).toBe(before.state);
          }
          // I7: closed_at says that run and lease are both done.
          if (state.closedAt !== null) {
            expect(isTerminal(state.state)).toBe(true);
            expect(state.lease?.closed ?? true).toBe(true);
          }
          // A run that goes on must have something that will move it.
          if (step.sends.some(send => send.event.type === 'claim')) {
            expect(state.state).toBe('running');
          }
        });
        // I9: at most one permit, ever.
        expect(permits).toBeLessThanOrEqual(1);
        // One fold, however often and by whom the end of a job is seen.
        const folds = wanted.filter(kind => kind === 'rebuild');
        expect(folds.length).toBeLessThanOrEqual(1);
      }
    ),
    { numRuns: 3_000 }
  );
});
