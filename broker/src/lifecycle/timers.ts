import type { IEffect, IEvent, IIntent, Outcome } from './types.ts';

/** One alarm at a time is all that the interpreter needs of an event loop. */
export interface ITimers {
  /** Calls `ring` once after so many ms; returns how to call it off. */
  set(ms: number, ring: () => void): () => void;
}

export const systemTimers: ITimers = {
  set(ms, ring) {
    const handle = setTimeout(ring, ms);
    return () => clearTimeout(handle);
  }
};

/**
 * The effect of `timer`: nothing happens but time. Its payload is
 * `{event: {type: …}}`, the event that the subject gets when it is due.
 */
export const timerEffect: IEffect = {
  async perform(intent: IIntent): Promise<Outcome> {
    const { event } = intent.payload;
    if (!isEvent(event)) {
      throw new Error('the payload of a timer is {event: {type: …}}');
    }
    return { kind: 'event', event };
  }
};

function isEvent(value: unknown): value is IEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string'
  );
}
