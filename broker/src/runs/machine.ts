import type { IMachine } from '../lifecycle/types.ts';
import type { IFailure, IRunDoc } from './doc.ts';
import type { RunMachineEvent, TimerName } from './events.ts';
import { permit } from './permit.ts';
import {
  end,
  failureOf,
  finish,
  fold,
  intent,
  isCurrent,
  isOver,
  leaseIsReady,
  newAttempt,
  patch,
  stay,
  stopIntents,
  ticketTimer,
  timer,
  to,
  toLease,
  type Step
} from './steps.ts';
import { isTerminal, lateRedaction } from './verdict.ts';

/** Tries that ended before a ticket reached the runner. */
const MAX_ATTEMPTS = 5;
/** A scheduler says why it ended a job a moment after the job has left. */
const LAST_WORD_MS = 60_000;

/** The intents that a new run starts with. */
export const FIRST_INTENTS = [intent('copy')];

/** `staged → queued → running → finishing → ended`, and everything beside it. */
export const runMachine: IMachine<IRunDoc, RunMachineEvent> = {
  name: 'run',
  label: state => state.state,
  step(state, event, now) {
    switch (event.type) {
      case 'copied':
        return state.state === 'staged'
          ? to(state, { intents: [intent('inject')] })
          : stay(state);
      case 'injected':
        return state.state === 'staged'
          ? to(
              { ...state, state: 'queued', attempt: newAttempt(1) },
              { intents: [intent('submit')] }
            )
          : stay(state);
      case 'copy_failed':
      case 'inject_failed':
        return state.state === 'staged'
          ? end({ ...state, failure: failureOf(event) }, now)
          : stay(state);
      case 'submitted':
        return submitted(state, event);
      case 'submit_refused':
        return state.state === 'queued' && !state.attempt?.job
          ? end(
              {
                ...state,
                failure: { reason: 'refused_by_target', message: event.message }
              },
              now
            )
          : stay(state);
      case 'ticket_sent':
        return isCurrent(state, event.attempt)
          ? to(patch(state, { armed: true }))
          : stay(state);
      case 'ticket_lost':
        // The pipe went with a broker that was killed. Either the runner had the
        // ticket already and will trade it, or it leaves at EOF and is seen gone.
        return stay(state, 'the ticket may not have reached the runner');
      case 'permit':
        return permit(state, event, now);
      case 'claim_refused':
        return state.state === 'queued' && isCurrent(state, event.attempt)
          ? to(patch(state, { refused: event.message }), {
              detail: event.message
            })
          : stay(state);
      case 'released':
        return state.state === 'running' && isCurrent(state, event.attempt)
          ? finish(...fold(patch(state, { released: true })))
          : stay(state);
      case 'gone':
        return gone(state, event, now);
      case 'host_gone':
        // What waited there for its permit has run nothing: another try is safe.
        if (state.state === 'queued') {
          const { attempt } = event;
          return gone(state, { ...WITH_ITS_HOST, attempt }, now);
        }
        return isCurrent(state, event.attempt) && !isTerminal(state.state)
          ? finish(...fold({ ...state, hostGone: true }))
          : stay(state);
      case 'swept':
        return swept(state, now);
      case 'rebuilt':
        return state.state === 'finishing'
          ? to(
              { ...state, summary: event.summary },
              {
                intents: [intent('deliver')],
                sends: toLease(state, { type: 'looked' }),
                detail: lateRedaction(event.summary) ?? undefined
              }
            )
          : stay(state);
      case 'rebuild_failed':
        return state.state === 'finishing'
          ? end({ ...state, failure: state.failure ?? failureOf(event) }, now)
          : stay(state);
      case 'delivered':
        return state.state === 'finishing'
          ? delivered({ ...state, delivery: event.delivery }, now)
          : stay(state);
      case 'cancel':
        return cancel(state, now);
      case 'cancel_sent':
        return to(state);
      case 'timer':
        return onTimer(state, event.name, now);
      case 'lease_ready':
        return leaseReady(state);
      case 'lease_failed':
        return leaseFailed(state, event, now);
      case 'lease_closed':
        return leaseClosed(state, now);
      case 'recorded':
        return to(state, { detail: event.problem ?? undefined });
      case 'delete':
        return remove(state);
      case 'delete_failed':
        return to(
          { ...state, deleting: false, message: event.message },
          { detail: event.message }
        );
      case 'folder_deleted':
        return to({ ...state, deleted: true });
    }
  }
};

const WITH_ITS_HOST = {
  type: 'gone',
  exitCode: null,
  signal: null,
  why: null,
  vanished: true
} as const;

/** Asked for twice, it is done once: two at a time would stand in each other's way. */
function remove(state: IRunDoc): Step {
  if (!isTerminal(state.state) || state.closedAt === null) {
    return stay(state);
  }
  return state.deleting
    ? to(state)
    : to(
        { ...state, deleting: true },
        { intents: [intent('delete_folder')], drop: ['record'] }
      );
}

function submitted(
  state: IRunDoc,
  event: Extract<RunMachineEvent, { type: 'submitted' }>
): Step {
  if (state.state !== 'queued' || state.attempt?.number !== event.attempt) {
    return stay(state);
  }
  return to(patch(state, { job: event.job, ticketHash: event.ticketHash }), {
    intents: [
      intent('arm', { attempt: event.attempt }),
      ...(leaseIsReady(state) && !event.job.waits
        ? [ticketTimer(event.attempt)]
        : [])
    ],
    sends: leaseIsReady(state)
      ? toLease(state, { type: 'armed' })
      : toLease(state, { type: 'provision' }),
    detail: `job ${event.job.native}`
  });
}

function gone(
  state: IRunDoc,
  event: Extract<RunMachineEvent, { type: 'gone' }>,
  now: number
): Step {
  const attempt = state.attempt;
  if (!attempt || !isCurrent(state, event.attempt) || attempt.gone) {
    return stay(state);
  }
  const { exitCode, signal, why } = event;
  const ended = { exitCode, signal, why };
  const seen = patch(state, { gone: ended });
  if (state.state === 'finishing' || isTerminal(state.state)) {
    // It had released before; what is left of its processes goes now.
    const intents = [intent('sweep')];
    return state.state === 'finishing' && state.delivery !== null
      ? end(seen, now, [], intents)
      : to(seen, { intents });
  }
  if (
    state.state === 'queued' &&
    // one that its scheduler ended was ended by somebody
    (event.vanished || (!attempt.armed && why === null)) &&
    !state.cancelled &&
    attempt.number < MAX_ATTEMPTS
  ) {
    // Nothing ran without a permit, and this attempt will get none any more: so
    // another try is safe.
    return to(
      { ...state, attempt: newAttempt(attempt.number + 1) },
      {
        intents: [intent('submit')],
        drop: ['arm', 'timer'],
        detail: `attempt ${attempt.number} ended before it had its permit, and is submitted again${event.told === undefined ? '' : `: ${event.told}`}`
      }
    );
  }
  return finish(seen, [intent('sweep')]);
}

function swept(state: IRunDoc, now: number): Step {
  if (state.state === 'running') {
    return finish(...fold(state));
  }
  if (state.state !== 'finishing' || state.summary !== null) {
    return stay(state);
  }
  // Nothing ran without a permit, so there is nothing to fold.
  if (state.startedAt === null) {
    return end(state, now);
  }
  const [folding, intents] = fold(state);
  return to(folding, { intents });
}

function cancel(state: IRunDoc, now: number): Step {
  if (state.cancelled || isOver(state)) {
    return stay(state);
  }
  const marked: IRunDoc = { ...state, cancelled: true };
  if (state.state === 'staged') {
    return end(marked, now, ['copy', 'inject']);
  }
  if (state.state === 'queued') {
    // `submit` may be under way: whatever it starts carries the run's mark.
    return finish(marked, [intent('sweep')], 'cancelled in the queue', [
      'submit',
      'arm',
      'timer'
    ]);
  }
  return to(marked, { intents: stopIntents(state) });
}

/** One that was told to stop, and not by us, ends as its scheduler says. */
function delivered(state: IRunDoc, now: number): Step {
  const { attempt, summary, cancelled } = state;
  return summary?.outcome === 'cancelled' &&
    !cancelled &&
    attempt?.job?.waits === true &&
    attempt.gone === null
    ? to(state, { intents: [timer('last_word', LAST_WORD_MS)] })
    : end(state, now);
}

function onTimer(state: IRunDoc, name: TimerName, now: number): Step {
  if (name === 'last_word' && state.state === 'finishing') {
    return end(state, now);
  }
  if (name === 'ticket_expired' && state.state === 'queued') {
    return finish(
      {
        ...state,
        failure: {
          reason: 'runner_died',
          message:
            'The runner started but did not ask for its start permit within 30 s. ' +
            'Its log says why (jupyter batch logs).'
        }
      },
      [intent('sweep')]
    );
  }
  if (name === 'limit' && state.state === 'running') {
    return to(
      {
        ...state,
        failure: {
          reason: 'timeout',
          message:
            'The time limit passed and the runner did not stop by itself. ' +
            'Give the run more time (--time-limit), or look why the cell did not react to the interrupt.'
        }
      },
      { intents: stopIntents(state) }
    );
  }
  if (name === 'grace' && state.state === 'running') {
    return to(state, { intents: [intent('sweep')] });
  }
  return stay(state);
}

function leaseReady(state: IRunDoc): Step {
  if (!state.lease) {
    return stay(state);
  }
  const ready: IRunDoc = { ...state, lease: { ...state.lease, ready: true } };
  return state.state === 'queued' && state.attempt?.job
    ? to(ready, {
        intents: state.attempt.job.waits
          ? []
          : [ticketTimer(state.attempt.number)],
        sends: toLease(state, { type: 'armed' })
      })
    : to(ready);
}

function leaseClosed(state: IRunDoc, now: number): Step {
  if (!state.lease) {
    return stay(state);
  }
  const closed: IRunDoc = { ...state, lease: { ...state.lease, closed: true } };
  return isTerminal(state.state)
    ? to(
        { ...closed, closedAt: now },
        { intents: [intent('record')], drop: ['record'] }
      )
    : to(closed);
}

function leaseFailed(
  state: IRunDoc,
  event: Extract<RunMachineEvent, { type: 'lease_failed' }>,
  now: number
): Step {
  if (isOver(state)) {
    return stay(state);
  }
  const failure: IFailure = { reason: event.code, message: event.message };
  const failed: IRunDoc = { ...state, failure };
  if (state.state === 'running') {
    // The notebook may not need its token; it learns when it asks for it.
    return stay(state, event.message);
  }
  return state.attempt
    ? finish(failed, [intent('sweep')], event.code, ['submit', 'arm', 'timer'])
    : end(failed, now, ['copy', 'inject']);
}
