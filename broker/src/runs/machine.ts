import type {
  IIntentDraft,
  IMachine,
  ISend,
  IStep,
  JsonObject
} from '../lifecycle/types.ts';
import type { IAttemptDoc, IFailure, IRunDoc } from './doc.ts';
import type { RunMachineEvent, TimerName } from './events.ts';
import { isTerminal, verdict } from './verdict.ts';

/** A ticket lives this long once its attempt could trade it (local). */
const TICKET_MS = 30_000;
/** The runner keeps its limit itself; the broker acts this much later. */
const LIMIT_SLACK_MS = 30_000;
/** After SIGTERM: the run's own grace, and this for folding. */
const FOLD_MS = 20_000;
/** Tries that ended before a ticket reached the runner. */
const MAX_ATTEMPTS = 5;

type Step = IStep<IRunDoc>;
interface IMore {
  intents?: readonly IIntentDraft[];
  sends?: readonly ISend[];
  drop?: Step['drop'];
  detail?: string;
}

const to = (state: IRunDoc, more: IMore = {}): Step => ({
  state,
  fits: true,
  intents: more.intents ?? [],
  sends: more.sends ?? [],
  drop: more.drop,
  detail: more.detail
});

const stay = (state: IRunDoc, detail?: string): Step => ({
  state,
  fits: false,
  intents: [],
  sends: [],
  detail
});

const intent = (
  kind: IIntentDraft['kind'],
  payload: JsonObject = {},
  delay = 0
): IIntentDraft => ({ kind, payload, delay });

const timer = (name: TimerName, delay: number): IIntentDraft =>
  intent('timer', { name }, delay);

const toLease = (
  state: IRunDoc,
  event: ISend['event'] & Record<string, unknown>
): ISend[] =>
  state.lease && !state.lease.closed
    ? [{ machine: 'lease', subject: state.lease.id, event }]
    : [];

const newAttempt = (number: number): IAttemptDoc => ({
  number,
  job: null,
  ticketHash: null,
  armed: false,
  sessionHash: null,
  deadline: null,
  released: false,
  gone: null
});

/** The intents that a new run starts with. */
export const FIRST_INTENTS: readonly IIntentDraft[] = [intent('copy')];

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
      case 'released':
        return state.state === 'running' && isCurrent(state, event.attempt)
          ? finish(patch(state, { released: true }), [intent('rebuild')])
          : stay(state);
      case 'gone':
        return gone(state, event);
      case 'host_gone':
        return isCurrent(state, event.attempt) && !isTerminal(state.state)
          ? finish({ ...state, hostGone: true }, [intent('rebuild')])
          : stay(state);
      case 'swept':
        return swept(state, now);
      case 'rebuilt':
        return state.state === 'finishing'
          ? to(
              { ...state, summary: event.summary },
              { intents: [intent('deliver')] }
            )
          : stay(state);
      case 'rebuild_failed':
        return state.state === 'finishing'
          ? end({ ...state, failure: state.failure ?? failureOf(event) }, now)
          : stay(state);
      case 'delivered':
        return state.state === 'finishing'
          ? end({ ...state, delivery: event.delivery }, now)
          : stay(state);
      case 'cancel':
        return cancel(state, now);
      case 'cancel_sent':
        return to(state);
      case 'timer':
        return onTimer(state, event.name);
      case 'lease_ready':
        return leaseReady(state);
      case 'lease_failed':
        return leaseFailed(state, event, now);
      case 'lease_closed':
        return state.lease
          ? to({
              ...state,
              lease: { ...state.lease, closed: true },
              closedAt: isTerminal(state.state) ? now : null
            })
          : stay(state);
      case 'delete':
        return isTerminal(state.state) && state.closedAt !== null
          ? to(state, { intents: [intent('delete_folder')] })
          : stay(state);
      case 'folder_deleted':
        return to({ ...state, deleted: true });
    }
  }
};

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
      ...(leaseIsReady(state) ? [ticketTimer(event.attempt)] : [])
    ],
    sends: leaseIsReady(state)
      ? toLease(state, { type: 'armed' })
      : toLease(state, { type: 'provision' }),
    detail: `job ${event.job.native}`
  });
}

/** DESIGN §8: single use; the same secret again gets the same answer. */
function permit(
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
      intents: [
        timer(
          'limit',
          state.spec.timeLimit * 1000 + state.spec.grace * 1000 + LIMIT_SLACK_MS
        )
      ],
      sends: toLease(state, {
        type: 'claim',
        attempt: event.attempt,
        deadline
      }),
      drop: ['arm', 'timer']
    }
  );
}

function gone(
  state: IRunDoc,
  event: Extract<RunMachineEvent, { type: 'gone' }>
): Step {
  const attempt = state.attempt;
  if (!attempt || !isCurrent(state, event.attempt) || attempt.gone) {
    return stay(state);
  }
  const end = { exitCode: event.exitCode, signal: event.signal };
  const seen = patch(state, { gone: end });
  if (state.state === 'finishing' || isTerminal(state.state)) {
    // It had released before; what is left of its processes goes now.
    return to(seen, { intents: [intent('sweep')] });
  }
  if (
    state.state === 'queued' &&
    !attempt.armed &&
    !state.cancelled &&
    attempt.number < MAX_ATTEMPTS
  ) {
    // It never had a ticket: nothing ran, so another try is safe.
    return to(
      { ...state, attempt: newAttempt(attempt.number + 1) },
      {
        intents: [intent('submit')],
        drop: ['arm', 'timer'],
        detail: `attempt ${attempt.number} ended before it had its ticket`
      }
    );
  }
  return finish(seen, [intent('sweep')]);
}

function swept(state: IRunDoc, now: number): Step {
  if (state.state === 'running') {
    return finish(state, [intent('rebuild')]);
  }
  if (state.state !== 'finishing' || state.summary !== null) {
    return stay(state);
  }
  // Nothing ran without a permit, so there is nothing to fold.
  return state.startedAt === null
    ? end(state, now)
    : to(state, { intents: [intent('rebuild')] });
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

const stopIntents = (state: IRunDoc): IIntentDraft[] => [
  intent('cancel'),
  timer('grace', state.spec.grace * 1000 + FOLD_MS)
];

function onTimer(state: IRunDoc, name: TimerName): Step {
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
        intents: [ticketTimer(state.attempt.number)],
        sends: toLease(state, { type: 'armed' })
      })
    : to(ready);
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
  return state.attempt?.job
    ? finish(failed, [intent('sweep')], event.code, ['arm', 'timer'])
    : end(failed, now, ['copy', 'inject', 'submit']);
}

/** Enters `finishing`: the lease drains from here on, whatever is left to do. */
function finish(
  state: IRunDoc,
  intents: readonly IIntentDraft[],
  detail?: string,
  drop: Step['drop'] = ['submit', 'arm', 'timer', 'cancel']
): Step {
  return to(
    { ...state, state: 'finishing' },
    {
      intents,
      sends: toLease(state, { type: 'drain', why: detail ?? 'the job ended' }),
      drop,
      detail
    }
  );
}

/** Reaches a terminal state. It never waits for the lease. */
function end(state: IRunDoc, now: number, drop: Step['drop'] = []): Step {
  const result = verdict(state);
  const closed = state.lease === null || state.lease.closed;
  const ended: IRunDoc = {
    ...state,
    ...result,
    endedAt: state.summary?.ended_at ? Date.parse(state.summary.ended_at) : now,
    closedAt: closed ? now : null
  };
  return to(ended, {
    sends: toLease(state, { type: 'drain', why: 'the run ended' }),
    drop: [...(drop ?? []), 'timer'],
    detail: result.reason ?? undefined
  });
}

const failureOf = (event: { reason: IFailure['reason']; message: string }) => ({
  reason: event.reason,
  message: event.message
});

function ticketTimer(attempt: number): IIntentDraft {
  return intent('timer', { name: 'ticket_expired', attempt }, TICKET_MS);
}

function patch(state: IRunDoc, change: Partial<IAttemptDoc>): IRunDoc {
  return state.attempt
    ? { ...state, attempt: { ...state.attempt, ...change } }
    : state;
}

const isCurrent = (state: IRunDoc, attempt: number): boolean =>
  state.attempt?.number === attempt;

const leaseIsReady = (state: IRunDoc): boolean =>
  state.lease === null || state.lease.ready;

const isOver = (state: IRunDoc): boolean =>
  state.state === 'finishing' || isTerminal(state.state);
