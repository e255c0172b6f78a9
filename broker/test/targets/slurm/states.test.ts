import { describe, expect, test } from 'vitest';

import {
  exitOf,
  PHASES,
  phaseOf,
  timeOf
} from '../../../src/targets/slurm/states.ts';

/** squeue(1) of 22.05 and 24.11, JOB STATE CODES, all of them */
const WAITING =
  'PENDING CONFIGURING REQUEUED REQUEUE_FED REQUEUE_HOLD RESV_DEL_HOLD SPECIAL_EXIT';
const RUNNING = 'RUNNING RESIZING SIGNALING';
const PAUSED = 'SUSPENDED STOPPED';
const LEAVING = 'STAGE_OUT COMPLETING';
const OVER: [string, string | null, boolean][] = [
  ['COMPLETED', null, false],
  ['FAILED', null, false],
  ['CANCELLED', 'user', false],
  ['REVOKED', 'user', false],
  ['PREEMPTED', 'runner_died', true],
  ['TIMEOUT', 'timeout', false],
  ['DEADLINE', 'timeout', false],
  ['OUT_OF_MEMORY', 'out_of_memory', false],
  ['BOOT_FAIL', 'host_gone', true],
  ['NODE_FAIL', 'host_gone', true]
];

describe('every state of a job', () => {
  test.each(WAITING.split(' '))('%s waits', word => {
    expect(phaseOf(word)).toEqual({ phase: 'waiting' });
  });
  test.each(RUNNING.split(' '))('%s runs', word => {
    expect(phaseOf(word)).toEqual({ phase: 'running' });
  });
  test.each(PAUSED.split(' '))('%s goes on later', word => {
    const phase = phaseOf(word);
    expect(phase).toMatchObject({ phase: 'paused' });
    expect(phase.phase === 'paused' && phase.why).toMatch(/ the cluster/);
  });
  test.each(LEAVING.split(' '))('%s is about to go', word => {
    expect(phaseOf(word)).toEqual({ phase: 'leaving' });
  });
  test.each(OVER)('%s is over: %s, again: %s', (word, reason, again) => {
    expect(phaseOf(word)).toMatchObject({
      phase: 'over',
      again,
      why: reason === null ? null : { reason }
    });
  });

  test('is here, and no other is in the table', () => {
    const all = [WAITING, RUNNING, PAUSED, LEAVING].join(' ').split(' ');
    expect(Object.keys(PHASES).toSorted()).toEqual(
      [...all, ...OVER.map(([word]) => word)].toSorted()
    );
  });

  test.each(['', 'LÄUFT', 'unknown', '???', '__proto__', 'constructor'])(
    '%j changes nothing',
    word => {
      expect(phaseOf(word)).toEqual({ phase: 'unsure' });
    }
  );

  test.each(['CANCELLED by 1000', 'CANCELLED+', ' cancelled '])('%j', word => {
    expect(phaseOf(word).phase).toBe('over');
  });
});

test.each([
  ['0', 0, null],
  ['768', 3, null],
  ['9', null, 'SIGKILL'],
  ['15', null, 'SIGTERM'],
  ['139', null, 'SIGSEGV'],
  ['3:0', 3, null],
  ['0:9', null, 'SIGKILL'],
  ['0:125', null, 'SIGKILL'],
  ['253', null, 'SIGKILL'],
  ['0:62', null, 'signal 62'],
  ['', null, null],
  ['n/a', null, null]
])('the exit %j is code %j and signal %j', (text, exitCode, signal) => {
  expect(exitOf(text)).toEqual({ exitCode, signal });
});

test.each([
  ['2026-11-27T14:20:00', Date.UTC(2026, 10, 27, 14, 20)],
  [' 2026-11-27T14:20:00 ', Date.UTC(2026, 10, 27, 14, 20)],
  ['2026-13-27T14:20:00', null],
  ['N/A', null],
  ['Unknown', null],
  ['', null]
])('it is to start at %j: %j', (text, time) => {
  expect(timeOf(text)).toBe(time);
});
