import type { IRunDoc } from './doc.ts';
import type { RunMachineEvent } from './events.ts';
import {
  finish,
  intent,
  isOver,
  leaseIsReady,
  limitTimer,
  patch,
  stay,
  to,
  toLease,
  type Step
} from './steps.ts';

/** DESIGN §8: single use; the same secret again gets the same answer. */
export function permit(
  state: IRunDoc,
  event: Extract<RunMachineEvent, { type: 'permit' }>,
  now: number
): Step {
  const attempt = state.attempt;
  if (
    !attempt ||
    attempt.number !== event.attempt ||
    attempt.ticketHash !== event.ticketHash
  ) {
    return stay(state, 'the ticket does not fit');
  }
  if (attempt.sessionHash !== null) {
    if (attempt.sessionHash === event.sessionHash || isOver(state)) {
      return stay(state, 'asked again');
    }
    const failed: IRunDoc = {
      ...state,
      failure: {
        reason: 'lease_conflict',
        message:
          'The ticket of this run was traded twice, by two different holders. ' +
          'Everything was stopped and the credential revoked. Look who else can read your processes or files, then run it again.'
      }
    };
    return finish(failed, [intent('sweep')], 'lease_conflict');
  }
  if (state.state !== 'queued' || !attempt.job || !leaseIsReady(state)) {
    return stay(state, 'not yet');
  }
  const deadline = now + state.spec.timeLimit * 1000;
  return to(
    {
      ...patch(state, {
        armed: true,
        sessionHash: event.sessionHash,
        deadline
      }),
      state: 'running',
      startedAt: now
    },
    {
      intents: [limitTimer(state)],
      sends: toLease(state, {
        type: 'claim',
        attempt: event.attempt,
        deadline
      }),
      drop: ['arm', 'timer']
    }
  );
}
