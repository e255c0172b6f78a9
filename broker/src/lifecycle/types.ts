/**
 * The words of the one interpreter. Deciding is pure (`IMachine.step`), doing
 * sits in effects (`IEffect.perform`); the interpreter is the only thing that
 * commits.
 */

export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

export type MachineName = 'run' | 'lease';

/** Everything that touches the world. A new kind joins the crash matrix. */
export const INTENT_KINDS = [
  'copy',
  'inject',
  'submit',
  'arm',
  'cancel',
  'sweep',
  'rebuild',
  'deliver',
  'record',
  'timer',
  'delete_folder',
  'register',
  'mint',
  'refresh',
  'revoke',
  'probe',
  'introspect',
  'delete_client',
  'erase'
] as const;
export type IntentKind = (typeof INTENT_KINDS)[number];

/** What can happen to a subject. Events are stored: no secret in clear. */
export interface IEvent {
  readonly type: string;
}

export interface IIntentDraft {
  readonly kind: IntentKind;
  /** JSON, no secret in clear */
  readonly payload: JsonObject;
  /** milliseconds from the commit; 0 or absent: at once */
  readonly delay?: number;
}

/** A committed intent. Without an outcome it is performed again after a restart. */
export interface IIntent {
  readonly id: number;
  readonly machine: MachineName;
  readonly subject: string;
  readonly kind: IntentKind;
  readonly payload: JsonObject;
  /** ms since the epoch */
  readonly due: number;
  /** performances that were begun before this one; > 0 means: reconcile first */
  readonly tries: number;
}

/** An event for another subject, committed in the same transaction. */
export interface ISend {
  readonly machine: MachineName;
  readonly subject: string;
  readonly event: IEvent;
}

export interface IStep<S> {
  readonly state: S;
  /** false: the event does not fit; it is recorded and nothing changes */
  readonly fits: boolean;
  readonly intents: readonly IIntentDraft[];
  readonly sends: readonly ISend[];
  /** kinds of pending intents of this subject that are no longer wanted */
  readonly drop?: readonly IntentKind[];
  /** public text for the audit row */
  readonly detail?: string;
  /** it issues a right: not committed without its audit row */
  readonly issues?: boolean;
}

/** A pure and total life-cycle. */
export interface IMachine<S, E extends IEvent> {
  readonly name: MachineName;
  step(state: S, event: E, now: number): IStep<S>;
  /** the word for the state, as lists and audit rows show it */
  label(state: S): string;
}

/** What became of an intent. */
export type Outcome =
  | { readonly kind: 'event'; readonly event: IEvent }
  | {
      readonly kind: 'retry';
      readonly afterMs: number;
      /** noted on the subject before the intent waits again */
      readonly event?: IEvent;
    };

export interface IEffect {
  /** false: not now (a full queue); asked again after every commit */
  ready?(intent: IIntent): boolean;
  /** whose capacity it uses; intents of other lanes are not held up by it */
  lane?(intent: IIntent): string;
  /**
   * whether an outcome says that who shares its lane would fail, too; where this
   * is there, a lane that fails often is tried by one at a time
   */
  isTrouble?(outcome: Outcome): boolean;
  /** true: what an earlier process let wait is due when the next one starts */
  readonly presses?: boolean;
  /** Never throws for what the world may do; a throw is a defect and is retried. */
  perform(intent: IIntent, signal: AbortSignal): Promise<Outcome>;
}

/** Where a process can be killed around one intent (DESIGN: crash points). */
/** Why a signal was aborted: the broker stops, and its effects go on with the next. */
export const STOPPING = Symbol('the broker stops');

export const CRASH_PHASES = [
  'before_commit',
  'after_commit',
  'after_effect',
  'after_outcome'
] as const;
export type CrashPhase = (typeof CRASH_PHASES)[number];

/** ms since the epoch; injected everywhere */
export type Clock = () => number;

/** What callers outside the interpreter see of it. */
export interface IDispatcher {
  /**
   * Feeds one event and commits its step.
   *
   * @returns the state after it, and whether the event did fit
   */
  dispatch(
    machine: MachineName,
    subject: string,
    event: IEvent
  ): Promise<{ state: unknown; fits: boolean; detail: string | null }>;
}
