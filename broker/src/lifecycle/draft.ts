import { subjectKey, type Agenda } from './agenda.ts';
import type {
  Columns,
  IAuditDraft,
  ICommit,
  IExtra,
  ILifecycleStore,
  Projection
} from './ports.ts';
import type {
  IEvent,
  IIntent,
  IIntentDraft,
  IMachine,
  ISend,
  MachineName
} from './types.ts';

/** More steps than any cascade of sends needs: two machines answer each other. */
const LONGEST_CASCADE = 200;

/** A machine as the interpreter holds it, its state type forgotten. */
export interface IRegistered {
  readonly machine: IMachine<object, IEvent>;
  readonly project: Projection<object>;
}

export interface IDispatched {
  state: object | null;
  fits: boolean;
  detail: string | null;
}

/** A subject that comes into being, with what is wanted of the world at once. */
export interface IBirth {
  readonly machine: MachineName;
  readonly id: string;
  readonly state: object;
  readonly intents: readonly IIntentDraft[];
  readonly sends: readonly ISend[];
}

interface ISubject {
  readonly machine: MachineName;
  readonly id: string;
  readonly state: object;
  readonly columns: Columns | null;
  readonly fresh: boolean;
}

interface IWorld {
  readonly registry: ReadonlyMap<MachineName, IRegistered>;
  readonly store: ILifecycleStore;
  readonly agenda: Agenda;
  readonly now: number;
  nextIntent: () => number;
}

/**
 * What one transaction will hold, while it grows. A draft forked from another
 * sees what that one holds and joins it only when all its steps went well.
 */
export class Draft {
  readonly #world: IWorld;
  readonly #parent: Draft | null;
  readonly #subjects = new Map<string, ISubject>();
  readonly #audit: IAuditDraft[] = [];
  readonly #intents = new Map<number, IIntent>();
  readonly #removed = new Set<number>();
  readonly #postponed = new Map<number, { due: number; tries: number }>();
  readonly #extras: (IExtra & { run: string })[] = [];
  #issues = false;

  constructor(world: IWorld, parent: Draft | null = null) {
    this.#world = world;
    this.#parent = parent;
  }

  fork(): Draft {
    return new Draft(this.#world, this);
  }

  /** Takes over what a fork holds. */
  join(fork: Draft): void {
    for (const [key, subject] of fork.#subjects) {
      const fresh = this.#subjects.get(key)?.fresh ?? subject.fresh;
      this.#subjects.set(key, { ...subject, fresh });
    }
    this.#audit.push(...fork.#audit);
    this.#extras.push(...fork.#extras);
    this.#issues ||= fork.#issues;
    fork.#intents.forEach((intent, id) => this.#intents.set(id, intent));
    fork.#postponed.forEach((at, id) => this.#postponed.set(id, at));
    fork.#removed.forEach(id => this.#forget(id));
  }

  /** True while the intent is committed and nothing in this draft ended it. */
  wants(id: number): boolean {
    return (
      !this.#removed.has(id) &&
      (this.#parent?.wants(id) ?? this.#world.agenda.get(id) !== null)
    );
  }

  remove(id: number): void {
    this.#forget(id);
  }

  postpone(id: number, afterMs: number, tries: number): void {
    const due = this.#world.now + Math.max(0, Math.ceil(afterMs));
    this.#postponed.set(id, { due, tries });
  }

  async create(births: readonly IBirth[], extra: IExtra): Promise<void> {
    this.#issues = true;
    for (const { machine, id, state, intents } of births) {
      const { machine: rules, project } = this.#registered(machine);
      const columns = project(state);
      this.#put({ machine, id, state, columns, fresh: true });
      this.#record(machine, id, columns, {
        event: 'created',
        from: null,
        to: rules.label(state),
        fits: true,
        detail: null
      });
      this.#want(machine, id, intents);
    }
    if (births[0] && (extra.idempotency || extra.plan)) {
      this.#extras.push({ ...extra, run: births[0].id });
    }
    await this.#cascade(births.flatMap(birth => birth.sends));
  }

  /** One event and everything it sends on. */
  async feed(
    machine: MachineName,
    id: string,
    event: IEvent
  ): Promise<IDispatched> {
    const { result, sends } = await this.#step(machine, id, event);
    await this.#cascade(sends);
    return result;
  }

  /** Records an event that came too late to be looked at. */
  async late(machine: MachineName, id: string, event: IEvent): Promise<void> {
    const state = await this.#read(machine, id);
    const label = state ? this.#registered(machine).machine.label(state) : '';
    const columns = state && this.#registered(machine).project(state);
    this.#record(machine, id, columns, {
      event: event.type,
      from: label,
      to: label,
      fits: false,
      detail: 'came after it was no longer wanted'
    });
  }

  /** Intents that this draft adds and does not take away again. */
  get added(): IIntent[] {
    return [...this.#intents.values()];
  }

  get empty(): boolean {
    return (
      this.#subjects.size === 0 &&
      this.#audit.length === 0 &&
      this.#removed.size === 0 &&
      this.#postponed.size === 0
    );
  }

  commit(): ICommit {
    return {
      issues: this.#issues,
      subjects: [...this.#subjects.values()],
      audit: this.#audit,
      intents: this.added,
      removed: [...this.#removed].filter(id => this.#world.agenda.get(id)),
      postponed: [...this.#postponed].map(([id, at]) => ({ id, ...at })),
      extras: this.#extras
    };
  }

  async #cascade(first: readonly ISend[]): Promise<void> {
    const queue = [...first];
    for (let steps = 0; queue.length > 0; steps += 1) {
      if (steps === LONGEST_CASCADE) {
        throw new Error('two machines send each other events without end');
      }
      const [{ machine, subject, event }] = queue.splice(0, 1);
      queue.push(...(await this.#step(machine, subject, event)).sends);
    }
  }

  async #step(
    machine: MachineName,
    id: string,
    event: IEvent
  ): Promise<{ result: IDispatched; sends: readonly ISend[] }> {
    const { machine: rules, project } = this.#registered(machine);
    const before = await this.#read(machine, id);
    if (!before) {
      const detail = 'there is no such subject';
      this.#record(machine, id, null, {
        event: event.type,
        from: null,
        to: '',
        fits: false,
        detail
      });
      return { result: { state: null, fits: false, detail }, sends: [] };
    }
    const step = rules.step(before, event, this.#world.now);
    const from = rules.label(before);
    const state = step.fits ? step.state : before;
    const columns = project(state);
    const detail = step.detail ?? null;
    this.#record(machine, id, columns ?? project(before), {
      event: event.type,
      from,
      to: rules.label(state),
      fits: step.fits,
      detail
    });
    if (!step.fits) {
      return { result: { state, fits: false, detail }, sends: [] };
    }
    for (const intent of this.#pending(machine, id)) {
      if (columns === null || step.drop?.includes(intent.kind)) {
        this.#forget(intent.id);
      }
    }
    this.#issues ||= step.issues ?? false;
    this.#put({ machine, id, state, columns, fresh: false });
    if (columns !== null) {
      this.#want(machine, id, step.intents);
    }
    return { result: { state, fits: true, detail }, sends: step.sends };
  }

  #want(
    machine: MachineName,
    subject: string,
    drafts: readonly IIntentDraft[]
  ): void {
    for (const { kind, payload, delay } of drafts) {
      const id = this.#world.nextIntent();
      const due = this.#world.now + Math.max(0, delay ?? 0);
      this.#intents.set(id, {
        id,
        machine,
        subject,
        kind,
        payload,
        due,
        tries: 0
      });
    }
  }

  #put(subject: ISubject): void {
    const key = subjectKey(subject.machine, subject.id);
    const fresh = this.#subjects.get(key)?.fresh ?? subject.fresh;
    this.#subjects.set(key, { ...subject, fresh });
  }

  #record(
    machine: MachineName,
    subject: string,
    columns: Columns | null,
    row: Pick<IAuditDraft, 'event' | 'from' | 'to' | 'fits' | 'detail'>
  ): void {
    const run =
      machine === 'run'
        ? subject
        : columns?.machine === 'lease'
          ? columns.run
          : null;
    this.#audit.push({ at: this.#world.now, machine, subject, run, ...row });
  }

  async #read(machine: MachineName, id: string): Promise<object | null> {
    const own = this.#subjects.get(subjectKey(machine, id));
    if (own) {
      return own.columns === null ? null : own.state;
    }
    return this.#parent
      ? this.#parent.#read(machine, id)
      : this.#world.store.read(machine, id);
  }

  #pending(machine: MachineName, id: string): IIntent[] {
    const before = this.#parent
      ? this.#parent.#pending(machine, id)
      : this.#world.agenda.of(machine, id);
    const own = this.added.filter(
      intent => intent.machine === machine && intent.subject === id
    );
    return [...before, ...own].filter(
      ({ id: each }) => !this.#removed.has(each)
    );
  }

  #forget(id: number): void {
    this.#intents.delete(id);
    this.#postponed.delete(id);
    this.#removed.add(id);
  }

  #registered(machine: MachineName): IRegistered {
    const found = this.#world.registry.get(machine);
    if (!found) {
      throw new Error(`no machine named ${machine} is registered`);
    }
    return found;
  }
}
