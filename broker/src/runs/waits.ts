import type { Waiting } from '@jupyterlab-batch/protocol';

/** An estimate that moved by less (ms) is the same: schedulers guess anew each time. */
const SAME_MS = 60_000;

interface IWait {
  /** in which state of its run: what has begun since waits for nothing */
  readonly state: 'queued' | 'running';
  readonly why: string | null;
  /** ms since the epoch */
  readonly startsAt: number | null;
}

/**
 * Why jobs wait at their targets, as those said last. Not stored: after a restart
 * the first look tells it anew.
 */
export class Waits {
  readonly #waits = new Map<string, IWait>();

  of(run: string, state: string): Waiting | null {
    const wait = this.#waits.get(run);
    return wait?.state !== state || (wait.why ?? wait.startsAt) === null
      ? null
      : {
          why: wait.why,
          starts_at:
            wait.startsAt === null
              ? null
              : new Date(wait.startsAt).toISOString()
        };
  }

  /** @returns whether people see something else now */
  tell(run: string, wait: IWait): boolean {
    const known = this.#waits.get(run) ?? {
      ...wait,
      why: null,
      startsAt: null
    };
    if (
      known.state === wait.state &&
      known.why === wait.why &&
      isSame(known.startsAt, wait.startsAt)
    ) {
      return false;
    }
    this.#waits.set(run, wait);
    return true;
  }

  /** Its job waits no more; @returns whether people knew that it did. */
  forget(run: string): boolean {
    return this.#waits.delete(run);
  }
}

function isSame(left: number | null, right: number | null): boolean {
  return left === null || right === null
    ? left === right
    : Math.abs(left - right) < SAME_MS;
}
