import { setImmediate } from 'node:timers/promises';

/** Work that stops wherever it may be left alone for a while. */
export type Work<T> = Generator<undefined, T>;

/** Milliseconds of work before everybody else has a turn. */
const SLICE = 5;

/** Does the work in one go, where nobody waits. */
export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) {
      return step.value;
    }
  }
}

/**
 * Does the work in slices: a notebook of any length must not hold up the
 * broker's other calls, revocations among them.
 */
export async function inSlices<T>(work: Work<T>): Promise<T> {
  for (let start = performance.now(); ;) {
    const step = work.next();
    if (step.done) {
      return step.value;
    }
    if (performance.now() - start > SLICE) {
      await setImmediate();
      start = performance.now();
    }
  }
}
