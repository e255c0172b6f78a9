import { describe, expect, test } from 'vitest';

import type { IRunDoc } from '../../src/runs/doc.ts';
import type { RunMachineEvent } from '../../src/runs/events.ts';
import { runMachine } from '../../src/runs/machine.ts';
import {
  DELIVERED,
  gone,
  JOB,
  LEASE,
  newRun,
  permit,
  submitted,
  SUCCEEDED
} from './doc.ts';

/** Feeds events in order; returns the last state and all that was wanted. */
function play(start: IRunDoc, events: readonly RunMachineEvent[]) {
  let state = start;
  const intents: string[] = [];
  const sends: string[] = [];
  let fits = true;
  events.forEach((event, i) => {
    const step = runMachine.step(state, event, 2_000 + i);
    state = step.state;
    fits = step.fits;
    intents.push(...step.intents.map(each => each.kind));
    sends.push(...step.sends.map(each => each.event.type));
  });
  return { state, intents, sends, fits };
}

const running = [
  { type: 'copied' },
  { type: 'injected' },
  submitted(),
  { type: 'ticket_sent', attempt: 1 },
  permit()
] as const satisfies RunMachineEvent[];

const theEnd: RunMachineEvent[] = [
  { type: 'released', attempt: 1 },
  { type: 'rebuilt', summary: { ...SUCCEEDED, warnings: [] } },
  { type: 'delivered', delivery: DELIVERED }
];

describe('a run', () => {
  test('goes from staged to succeeded', () => {
    const { state, intents } = play(newRun(), [...running, ...theEnd]);
    expect(state.state).toBe('succeeded');
    expect(state.endedAt).toBe(Date.parse('2026-11-23T12:01:00Z'));
    expect(state.closedAt).not.toBeNull();
    expect(intents).toEqual([
      'inject',
      'submit',
      'arm',
      'timer',
      'timer',
      'rebuild',
      'deliver',
      'record'
    ]);
  });

  test('gets its permit only once its lease is ready', () => {
    const waiting = play(newRun({ lease: LEASE }), running);
    expect(waiting.state.state).toBe('queued');
    expect(waiting.fits).toBe(false);
    expect(waiting.sends).toEqual(['provision']);
    const ready = play(waiting.state, [{ type: 'lease_ready' }, permit()]);
    expect(ready.state.state).toBe('running');
    expect(ready.sends).toEqual(['armed', 'claim']);
  });

  test('never waits for its lease to end, and says when it was done too', () => {
    const lease = { ...LEASE, ready: true };
    const ended = play(newRun({ lease }), [...running, ...theEnd]);
    expect(ended.sends).toContain('drain');
    expect(ended.state.state).toBe('succeeded');
    expect(ended.state.closedAt).toBeNull();
    const closed = play(ended.state, [{ type: 'lease_closed' }]);
    expect(closed.state.closedAt).toBe(2_000);
    expect(closed.intents).toEqual(['record']);
  });

  test('lets its lease forget what was issued once it was looked for', () => {
    const lease = { ...LEASE, ready: true };
    const start = newRun({ lease });
    const cut = { ...SUCCEEDED, outcome: null, warnings: [] };
    const steps = [
      ...running,
      gone(),
      { type: 'swept' },
      { type: 'rebuilt', summary: cut }
    ] as const;
    const { state, sends } = play(start, steps.slice(0, -1));
    expect(sends).toEqual(['armed', 'claim', 'drain']);
    expect(play(state, steps.slice(-1)).sends).toEqual(['looked']);
    const drains = (from: IRunDoc, event: RunMachineEvent) =>
      runMachine.step(from, event, 0).sends.map(each => each.event);
    const ran = play(start, running).state;
    expect(drains(ran, gone())).toEqual([
      { type: 'drain', why: 'the job ended', look: true }
    ]);
    // Nothing was issued without a permit, and nothing is looked at after the end.
    const waits = play(start, running.slice(0, 4)).state;
    expect(drains(waits, gone())).toMatchObject([{ look: false }]);
    const failed: RunMachineEvent = {
      type: 'rebuild_failed',
      reason: 'folder_gone',
      message: ''
    };
    expect(drains(state, failed)).toEqual([
      { type: 'drain', why: 'the run ended' }
    ]);
  });

  test('says in its history that a credential was found late', () => {
    const { state } = play(newRun(), [...running, theEnd[0]]);
    const warnings = ['redacted_late: runner.log'];
    const summary = { ...SUCCEEDED, warnings };
    const step = runMachine.step(state, { type: 'rebuilt', summary }, 0);
    expect(step.detail).toBe('redacted_late: runner.log');
  });

  test('does not write a record into a folder that is being deleted', () => {
    const { state } = play(newRun(), [...running, ...theEnd]);
    const step = runMachine.step(state, { type: 'delete' }, 0);
    expect(step.drop).toEqual(['record']);
  });

  test('gives the same answer to the same session and stops at another', () => {
    const again = play(newRun(), [...running, permit()]);
    expect(again.fits).toBe(false);
    expect(again.state.attempt?.sessionHash).toBe('s1');
    const other = play(newRun(), [...running, permit(1, 's2')]);
    expect(other.state.failure?.reason).toBe('lease_conflict');
    expect(other.state.state).toBe('finishing');
    expect(other.intents).toContain('sweep');
  });

  test('tries again when its runner ended before it had a ticket', () => {
    const { state, intents } = play(newRun(), [
      ...running.slice(0, 3),
      { type: 'ticket_lost', attempt: 1 },
      gone(),
      submitted(2)
    ]);
    expect(state.attempt).toMatchObject({ number: 2, ticketHash: 'ticket2' });
    expect(intents.filter(kind => kind === 'submit')).toHaveLength(2);
    expect(play(state, [permit(1)]).state.state).toBe('queued');
    expect(play(state, [permit(2)]).state.state).toBe('running');
  });

  test('whose host restarts before its permit is tried again, and never folded', () => {
    const { state, intents } = play(newRun(), [
      ...running.slice(0, 4),
      { type: 'host_gone', attempt: 1 }
    ]);
    expect(state).toMatchObject({ state: 'queued', attempt: { number: 2 } });
    expect(intents.at(-1)).toBe('submit');
    const waiting = { ...LEASE, ready: true };
    const cancelled = play(newRun({ lease: waiting }), [
      ...running.slice(0, 4),
      { type: 'cancel' },
      { type: 'host_gone', attempt: 1 },
      { type: 'swept' }
    ]);
    expect(cancelled.state.state).toBe('cancelled');
    expect(cancelled.state.startedAt).toBeNull();
  });

  test('is deleted once, and stays where that is not possible', () => {
    const ended = play(newRun(), [...running, ...theEnd]).state;
    const twice = play(ended, [{ type: 'delete' }, { type: 'delete' }]);
    expect(twice.fits).toBe(true);
    expect(twice.intents).toEqual(['delete_folder']);
    const failed = play(twice.state, [
      { type: 'delete_failed', message: 'EACCES' }
    ]);
    expect(failed.state).toMatchObject({ deleted: false, message: 'EACCES' });
    const again = play(failed.state, [
      { type: 'delete' },
      { type: 'folder_deleted' }
    ]);
    expect(again.intents).toEqual(['delete_folder']);
    expect(again.state.deleted).toBe(true);
  });

  test('is not tried again once a ticket reached its runner', () => {
    const { state } = play(newRun(), [...running.slice(0, 4), gone()]);
    expect(state.state).toBe('finishing');
    expect(play(state, [{ type: 'swept' }]).state).toMatchObject({
      state: 'failed',
      reason: 'runner_died',
      signal: 'SIGKILL'
    });
  });

  test('is tried again where the scheduler has forgotten it, ticket or not', () => {
    const { state, intents } = play(newRun(), [
      ...running.slice(0, 4),
      { ...gone(), signal: null, vanished: true }
    ]);
    expect(state).toMatchObject({ state: 'queued', attempt: { number: 2 } });
    expect(intents.at(-1)).toBe('submit');
  });

  test('that somebody ended before its ticket was there is not tried again', () => {
    const why = { reason: 'user' as const, message: 'At the cluster.' };
    const { state } = play(newRun(), [
      ...running.slice(0, 3),
      { ...gone(), why },
      { type: 'swept' }
    ]);
    expect(state).toMatchObject({ state: 'cancelled', attempt: { number: 1 } });
  });

  test('that the scheduler ended before its permit says why', () => {
    const why = { reason: 'host_gone' as const, message: 'A node failed.' };
    const { state } = play(newRun(), [
      ...running.slice(0, 4),
      { ...gone(), why }
    ]);
    expect(play(state, [{ type: 'swept' }]).state).toMatchObject({
      state: 'failed',
      ...why
    });
  });

  test('that the scheduler ended has its reason, where the runner had no word', () => {
    const why = { reason: 'out_of_memory' as const, message: 'Too much.' };
    const ended = (outcome: 'succeeded' | null) =>
      play(newRun(), [
        ...running,
        { ...gone(), why, vanished: true },
        { type: 'swept' },
        { type: 'rebuilt', summary: { ...SUCCEEDED, outcome, warnings: [] } },
        { type: 'delivered', delivery: DELIVERED }
      ]).state;
    const { state, reason, message } = ended(null);
    expect([state, reason]).toEqual(['failed', 'out_of_memory']);
    expect(message).toMatch(/^Too much\. What had been computed/);
    expect(ended('succeeded').state).toBe('succeeded');
  });

  test('that was told to stop by somebody else waits for why', () => {
    const job = { ...JOB, waits: true };
    const told = { ...SUCCEEDED, outcome: 'cancelled' as const, warnings: [] };
    const waits = play(newRun(), [
      ...running.slice(0, 2),
      { type: 'submitted', attempt: 1, job, ticketHash: 'ticket1' },
      ...running.slice(3),
      { type: 'released', attempt: 1 },
      { type: 'rebuilt', summary: told },
      { type: 'delivered', delivery: DELIVERED }
    ]);
    expect(waits.state.state).toBe('finishing');
    expect(waits.intents.at(-1)).toBe('timer');
    const why = { reason: 'timeout' as const, message: 'Out of time.' };
    const late = play(waits.state, [{ ...gone(), why }]);
    expect(late.state).toMatchObject({ state: 'failed', reason: 'timeout' });
    expect(late.intents).toEqual(['sweep', 'record']);
    const never = play(waits.state, [{ type: 'timer', name: 'last_word' }]);
    expect(never.state).toMatchObject({
      state: 'failed',
      reason: 'runner_died'
    });
    expect(never.state.message).toMatch(/not from here.* not say why/);
    // our own cancel waits for nobody
    const { state } = play(waits.state, []);
    const ours = play({ ...state, cancelled: true, delivery: null }, [
      { type: 'delivered', delivery: DELIVERED }
    ]);
    expect(ours.state).toMatchObject({ state: 'cancelled', reason: 'user' });
  });

  test('in a queue of days is not out of time there', () => {
    const job = { ...JOB, waits: true };
    const { intents } = play(newRun(), [
      ...running.slice(0, 2),
      { type: 'submitted', attempt: 1, job, ticketHash: 'ticket1' }
    ]);
    expect(intents).toContain('arm');
    expect(intents).not.toContain('timer');
  });

  test('found gone while running: swept, folded, delivered, failed', () => {
    const cut = { ...SUCCEEDED, outcome: null, ended_at: null, warnings: [] };
    const { state, intents } = play(newRun(), [
      ...running,
      gone(),
      { type: 'swept' },
      { type: 'rebuilt', summary: cut },
      { type: 'delivered', delivery: DELIVERED }
    ]);
    expect(intents.slice(-4)).toEqual([
      'sweep',
      'rebuild',
      'deliver',
      'record'
    ]);
    expect(state).toMatchObject({ state: 'failed', reason: 'runner_died' });
    expect(state.delivery?.notebook).toBe(DELIVERED.notebook);
  });

  test('is lost only when its host was restarted', () => {
    const cut = { ...SUCCEEDED, outcome: null, warnings: [] };
    const { state } = play(newRun(), [
      ...running,
      { type: 'host_gone', attempt: 1 },
      { type: 'rebuilt', summary: cut },
      { type: 'delivered', delivery: DELIVERED }
    ]);
    expect(state).toMatchObject({ state: 'lost', reason: 'host_gone' });
  });

  test.each([
    ['staged', 0, 'cancelled'],
    ['queued', 2, 'finishing'],
    ['submitted', 3, 'finishing'],
    ['running', 5, 'running']
  ])('cancelled while %s', (_name, events, expected) => {
    const { state } = play(newRun(), [
      ...running.slice(0, events),
      { type: 'cancel' }
    ]);
    expect(state.state).toBe(expected);
    expect(state.cancelled).toBe(true);
  });

  test('cancel wins over the error it causes', () => {
    const summary = {
      ...SUCCEEDED,
      outcome: 'failed',
      reason: 'cell_error',
      warnings: []
    } as const;
    const { state } = play(newRun(), [
      ...running,
      { type: 'cancel' },
      { type: 'released', attempt: 1 },
      { type: 'rebuilt', summary: { ...summary, warnings: [] } },
      { type: 'delivered', delivery: DELIVERED }
    ]);
    expect(state).toMatchObject({ state: 'cancelled', reason: 'user' });
  });

  test('that misses an expected output has failed', () => {
    const { state } = play(newRun(), [
      ...running,
      ...theEnd.slice(0, 2),
      {
        type: 'delivered',
        delivery: {
          ...DELIVERED,
          missing: ['eta_*.npy (there is no such file)']
        }
      }
    ]);
    expect(state).toMatchObject({ state: 'failed', reason: 'missing_output' });
    expect(state.message).toContain('eta_*.npy');
  });

  test('whose runner ignores its limit is stopped by the broker', () => {
    const { state, intents } = play(newRun(), [
      ...running,
      { type: 'timer', name: 'limit' },
      { type: 'timer', name: 'grace' }
    ]);
    expect(state.failure?.reason).toBe('timeout');
    expect(intents.slice(-3)).toEqual(['cancel', 'timer', 'sweep']);
  });

  test('that is swept by a timer and again after its death is folded once', () => {
    const cut = { ...SUCCEEDED, outcome: null, warnings: [] };
    const { state, intents } = play(newRun(), [
      ...running,
      { type: 'cancel' },
      { type: 'timer', name: 'grace' },
      gone(),
      { type: 'swept' },
      { type: 'swept' },
      { type: 'rebuilt', summary: cut },
      { type: 'delivered', delivery: DELIVERED }
    ]);
    expect(intents.filter(kind => kind === 'sweep')).toHaveLength(2);
    expect(intents.filter(kind => kind === 'rebuild')).toHaveLength(1);
    expect(intents.filter(kind => kind === 'deliver')).toHaveLength(1);
    expect(state).toMatchObject({ state: 'cancelled', delivery: DELIVERED });
  });
});
