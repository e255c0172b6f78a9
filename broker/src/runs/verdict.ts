import {
  TERMINAL,
  type Reason,
  type RunState,
  type Summary
} from '@jupyterlab-batch/protocol';

import type { IRunDoc } from './doc.ts';

export const isTerminal = (state: RunState): boolean =>
  TERMINAL.includes(state);

export interface IVerdict {
  readonly state: RunState;
  readonly reason: Reason | null;
  readonly message: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** That the last look found a credential where none may be: a defect of ours. */
export const lateRedaction = (summary: Summary): string | null =>
  summary.warnings.find(text => text.startsWith('redacted_late')) ?? null;

/**
 * How a run ended, from everything that is known. Pure. Cancel wins over the
 * error it causes; `lost` only when no evidence of the end can exist.
 */
export function verdict(run: IRunDoc): IVerdict {
  const { summary, delivery } = run;
  const exitCode = summary?.exit_code ?? run.attempt?.gone?.exitCode ?? null;
  const signal = summary?.signal ?? run.attempt?.gone?.signal ?? null;
  const as = (
    state: RunState,
    reason: Reason | null,
    message: string | null
  ): IVerdict => ({ state, reason, message, exitCode, signal });

  if (run.failure?.reason === 'lease_conflict') {
    return as('failed', 'lease_conflict', run.failure.message);
  }
  if (run.cancelled && summary?.outcome !== 'succeeded') {
    return as('cancelled', 'user', 'Cancelled by the user.');
  }
  if (run.failure) {
    return as('failed', run.failure.reason, run.failure.message);
  }
  const outcome = summary?.outcome ?? null;
  const why = run.attempt?.gone?.why ?? null;
  // the runner had no word left, or was told to stop by nobody here
  if (why !== null && (outcome === null || outcome === 'cancelled')) {
    const kept =
      run.startedAt === null
        ? ''
        : ' What had been computed until then was kept.';
    const state = why.reason === 'user' ? 'cancelled' : 'failed';
    return as(state, why.reason, `${why.message}${kept}`);
  }
  if (run.attempt?.refused !== undefined && run.startedAt === null) {
    return as('failed', 'unproven_claim', run.attempt.refused);
  }
  if (!summary || summary.outcome === null) {
    if (run.hostGone) {
      return as(
        'lost',
        'host_gone',
        'This machine was restarted while the run was active. What had been computed until then was kept.'
      );
    }
    return as(
      'failed',
      'runner_died',
      `The runner was ended from outside${signal ? ` (${signal})` : ''}. ` +
        'What had been computed until then was kept. If the machine was short of memory, the log and the system say so.'
    );
  }
  if (summary.outcome === 'cancelled') {
    const told =
      'and not from here. What had been computed until then was kept.';
    return run.attempt?.job?.waits === true
      ? as(
          'failed',
          'runner_died',
          `The cluster told the job to stop, ${told} It does not say why: ask its operators, or submit the run again.`
        )
      : as(
          'cancelled',
          summary.reason,
          `The runner was told to stop by a signal, ${told}`
        );
  }
  if (summary.outcome === 'failed') {
    return as('failed', summary.reason, summary.message);
  }
  if (delivery && delivery.missing.length > 0) {
    return as(
      'failed',
      'missing_output',
      `Every cell ran, but ${delivery.missing.join(', ')} was not made or is too small. ` +
        'Exit 0 is not success while an expected output is missing.'
    );
  }
  return as('succeeded', null, delivery?.problem ?? null);
}
