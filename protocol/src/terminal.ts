import type { RunState } from './runs.js';

/** The states that a run never leaves. */
export const TERMINAL: readonly RunState[] = [
  'succeeded',
  'failed',
  'cancelled',
  'lost'
];
