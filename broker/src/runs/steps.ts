import { isTerminal, verdict } from './verdict.ts';
import type {
  IIntentDraft,
  ISend,
  IStep,
  JsonObject
} from '../lifecycle/types.ts';
import type { IAttemptDoc, IFailure, IRunDoc } from './doc.ts';
import type { TimerName } from './events.ts';

/** A ticket lives this long once its attempt could trade it (local). */
const TICKET_MS = 30_000;
/** The runner keeps its limit itself; the broker acts this much later. */
const LIMIT_SLACK_MS = 30_000;
/** After SIGTERM: the run's own grace, and this for folding. */
const FOLD_MS = 20_000;

export type Step = IStep<IRunDoc>;
interface IMore {
  intents?: readonly IIntentDraft[];
  sends?: readonly ISend[];
  drop?: Step['drop'];
  detail?: string;
}

export const to = (state: IRunDoc, more: IMore = {}): Step => ({
  state,
  fits: true,
  intents: more.intents ?? [],
  sends: more.sends ?? [],
  drop: more.drop,
  detail: more.detail
});

export const stay = (state: IRunDoc, detail?: string): Step => ({
  state,
  fits: false,
  intents: [],
  sends: [],
  detail
});

export const intent = (
  kind: IIntentDraft['kind'],
  payload: JsonObject = {},
  delay = 0
): IIntentDraft => ({ kind, payload, delay });

export const timer = (name: TimerName, delay: number): IIntentDraft =>
  intent('timer', { event: { type: 'timer', name } }, delay);

export const toLease = (
  state: IRunDoc,
  event: ISend['event'] & Record<string, unknown>
): ISend[] =>
  state.lease && !state.lease.closed
    ? [{ machine: 'lease', subject: state.lease.id, event }]
    : [];

export const newAttempt = (number: number): IAttemptDoc => ({
  number,
  job: null,
  ticketHash: null,
  armed: false,
  sessionHash: null,
  deadline: null,
  released: false,
  gone: null
});

export const stopIntents = (state: IRunDoc): IIntentDraft[] => [
  intent('cancel'),
  timer('grace', state.spec.grace * 1000 + FOLD_MS)
];

/** Enters `finishing`: the lease drains from here on, whatever is left to do. */
export function finish(
  state: IRunDoc,
  intents: readonly IIntentDraft[],
  detail?: string,
  drop: Step['drop'] = ['submit', 'arm', 'timer', 'cancel']
): Step {
  return to(
    { ...state, state: 'finishing' },
    {
      intents,
      sends: toLease(state, {
        type: 'drain',
        why: detail ?? 'the job ended',
        // What a job wrote is looked through before its secrets are forgotten.
        look: state.startedAt !== null
      }),
      drop,
      detail
    }
  );
}

/**
 * The fold of a run, and with it its delivery: asked for once. A sweep after a
 * timer and one after the death it caused both say `swept`; two deliveries at a
 * time would take each other's files away.
 */
export const fold = (state: IRunDoc): [IRunDoc, readonly IIntentDraft[]] =>
  state.folding
    ? [state, []]
    : [{ ...state, folding: true }, [intent('rebuild')]];

/** Reaches a terminal state. It never waits for the lease. */
export function end(
  state: IRunDoc,
  now: number,
  drop: Step['drop'] = [],
  more: readonly IIntentDraft[] = []
): Step {
  const result = verdict(state);
  const closed = state.lease === null || state.lease.closed;
  const ended: IRunDoc = {
    ...state,
    ...result,
    endedAt: state.summary?.ended_at ? Date.parse(state.summary.ended_at) : now,
    closedAt: closed ? now : null
  };
  return to(ended, {
    intents: [...more, intent('record')],
    sends: toLease(state, { type: 'drain', why: 'the run ended' }),
    drop: [...(drop ?? []), 'timer'],
    detail: result.reason ?? undefined
  });
}

export const failureOf = (event: {
  reason: IFailure['reason'];
  message: string;
}) => ({
  reason: event.reason,
  message: event.message
});

export const limitTimer = (state: IRunDoc): IIntentDraft =>
  timer(
    'limit',
    (state.spec.timeLimit + state.spec.grace) * 1000 + LIMIT_SLACK_MS
  );

export function ticketTimer(attempt: number): IIntentDraft {
  return intent(
    'timer',
    { event: { type: 'timer', name: 'ticket_expired', attempt } },
    TICKET_MS
  );
}

export function patch(state: IRunDoc, change: Partial<IAttemptDoc>): IRunDoc {
  return state.attempt
    ? { ...state, attempt: { ...state.attempt, ...change } }
    : state;
}

export const isCurrent = (state: IRunDoc, attempt: number): boolean =>
  state.attempt?.number === attempt;

export const leaseIsReady = (state: IRunDoc): boolean =>
  state.lease === null || state.lease.ready;

export const isOver = (state: IRunDoc): boolean =>
  state.state === 'finishing' || isTerminal(state.state);
