import {
  CRASH_PHASES,
  INTENT_KINDS,
  type CrashPhase,
  type IntentKind
} from './types.ts';

export interface ICrashPoint {
  readonly kind: IntentKind;
  readonly phase: CrashPhase;
}

/** Every place where a process can die around an intent: kinds × phases. */
export function crashPoints(): ICrashPoint[] {
  return INTENT_KINDS.flatMap(kind =>
    CRASH_PHASES.map(phase => ({ kind, phase }))
  );
}

/** What a test's `crash` throws; the interpreter that sees it is dead. */
export class Crash extends Error {
  constructor() {
    super('The process died here.');
    this.name = 'Crash';
  }
}

/**
 * Ends the process at a chosen crash point, so that tests need not hit it by
 * luck. The text is `kind:phase`, with `#n` for the n-th time it is reached.
 */
export class FailPoint {
  readonly #point: ICrashPoint | null;
  readonly #crash: () => void;
  #left: number;

  /** @throws Error for a text that names no crash point */
  constructor(text: string | null, crash: () => void) {
    const { point, times } = parse(text);
    this.#point = point;
    this.#left = times;
    this.#crash = crash;
  }

  hit(kind: IntentKind, phase: CrashPhase): void {
    if (this.#point?.kind !== kind || this.#point.phase !== phase) {
      return;
    }
    this.#left -= 1;
    if (this.#left === 0) {
      this.#crash();
    }
  }
}

function parse(text: string | null): {
  point: ICrashPoint | null;
  times: number;
} {
  if (text === null || text === '') {
    return { point: null, times: 0 };
  }
  const [, name, times] =
    /^([a-z_]+:[a-z_]+)(?:#([1-9]\d*))?$/.exec(text) ?? [];
  const point = crashPoints().find(at => `${at.kind}:${at.phase}` === name);
  if (!point) {
    throw new Error(
      `${JSON.stringify(text)} names no crash point. It has the form ` +
        `kind:phase or kind:phase#2; kinds: ${INTENT_KINDS.join(', ')}; ` +
        `phases: ${CRASH_PHASES.join(', ')}.`
    );
  }
  return { point, times: Number(times ?? 1) };
}
