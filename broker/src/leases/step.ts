import type {
  IIntentDraft,
  ISend,
  IStep,
  IntentKind
} from '../lifecycle/types.ts';
import type { ILeaseDoc } from './doc.ts';

export type Step = IStep<ILeaseDoc>;

/** A step under construction: the lease, and what has been asked for so far. */
export interface IDraftStep {
  readonly lease: ILeaseDoc;
  readonly intents: readonly IIntentDraft[];
  readonly sends: readonly ISend[];
  readonly drop?: readonly IntentKind[];
  readonly detail?: string;
  readonly issues?: boolean;
}

export function draft(lease: ILeaseDoc, detail?: string): IDraftStep {
  return { lease, intents: [], sends: [], ...(detail ? { detail } : {}) };
}

/** Each intent names the provider: providers do not share their capacity. */
export function ask(step: IDraftStep, intent: IIntentDraft): IDraftStep {
  const payload = { ...intent.payload, provider: step.lease.provider };
  return { ...step, intents: [...step.intents, { ...intent, payload }] };
}

export function tellRun(
  step: IDraftStep,
  event: { type: string; [key: string]: unknown }
): IDraftStep {
  return {
    ...step,
    sends: [...step.sends, { machine: 'run', subject: step.lease.run, event }]
  };
}

export function patch(
  step: IDraftStep,
  change: Partial<ILeaseDoc>
): IDraftStep {
  return { ...step, lease: { ...step.lease, ...change } };
}

export function committed(step: IDraftStep): Step {
  const { lease, ...rest } = step;
  return { state: lease, fits: true, ...rest };
}

/** A right comes of it: not committed without its audit row. */
export function issued(step: IDraftStep): Step {
  return committed({ ...step, issues: true });
}

/** The event does not fit: recorded, nothing changes. */
export function misfit(lease: ILeaseDoc, detail?: string): Step {
  return {
    state: lease,
    fits: false,
    intents: [],
    sends: [],
    ...(detail ? { detail } : {})
  };
}
