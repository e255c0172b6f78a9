import type { Columns, ILifecycleStore } from '../../src/lifecycle/ports.ts';
import {
  INTENT_KINDS,
  type IEffect,
  type IEvent,
  type IIntent,
  type IMachine,
  type IntentKind,
  type IStep,
  type JsonValue,
  type Outcome
} from '../../src/lifecycle/types.ts';
import { Crash } from '../../src/lifecycle/failpoints.ts';
import {
  Interpreter,
  type IInterpreterOptions,
  type ILog
} from '../../src/lifecycle/interpreter.ts';
import { Store } from '../../src/store/store.ts';

/** Waits for a disk, whose time is not the clock's. */
type Disk = () => Promise<unknown>;

const inMemory: Disk = () => Promise.resolve();

/** Lets everything that can go on without time passing go on. */
export async function settle(disk: Disk = inMemory): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise(resolve => setImmediate(resolve));
    await disk();
  }
}

/** Time that passes only when told to. */
export class HandClock {
  now = 1_000_000;
  disk: Disk = inMemory;
  readonly #alarms = new Set<{ at: number; ring: () => void }>();

  readonly timers = {
    set: (ms: number, ring: () => void) => {
      const entry = { at: this.now + Math.max(0, ms), ring };
      this.#alarms.add(entry);
      return () => this.#alarms.delete(entry);
    }
  };

  get next(): number | null {
    return this.#alarms.size === 0
      ? null
      : Math.min(...[...this.#alarms].map(({ at }) => at));
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    for (const entry of [...this.#alarms]) {
      if (entry.at <= this.now) {
        this.#alarms.delete(entry);
        entry.ring();
      }
    }
    await settle(this.disk);
  }

  /**
   * The machine sleeps: the wall clock goes on, the one that alarms go by stands
   * still, and nobody is woken by what became due meanwhile.
   */
  async suspend(ms: number): Promise<void> {
    this.now += ms;
    this.#alarms.forEach(entry => {
      entry.at += ms;
    });
    await settle(this.disk);
  }

  /** Passes as much time as anybody waits for. */
  async finish(most = 1000): Promise<void> {
    await settle(this.disk);
    for (let turn = 0; this.next !== null; turn += 1) {
      if (turn === most) {
        throw new Error('it goes on for ever');
      }
      await this.pass(Math.max(0, this.next - this.now));
    }
  }
}

/** A life that can be told to want anything of the world. */
export interface IToy {
  readonly id: string;
  readonly label: 'idle' | 'busy' | 'over';
  readonly pokes: number;
  readonly told: number;
  readonly wants: readonly IntentKind[];
}

export interface IToyEvent extends IEvent {
  readonly kind?: IntentKind;
  readonly kinds?: readonly IntentKind[];
  readonly delay?: number;
  readonly to?: string;
}

export function toy(id: string): IToy {
  return { id, label: 'idle', pokes: 0, told: 0, wants: [] };
}

function step(toyState: IToy, event: IToyEvent, now: number): IStep<IToy> {
  const nothing = { state: toyState, fits: false, intents: [], sends: [] };
  const changed = (given: Partial<IToy>): IStep<IToy> => ({
    state: { ...toyState, ...given },
    fits: true,
    intents: [],
    sends: [],
    detail: `at ${now}`
  });
  if (toyState.label === 'over') {
    return nothing;
  }
  switch (event.type) {
    case 'poke':
      return changed({ pokes: toyState.pokes + 1 });
    case 'tell':
      return {
        ...changed({ told: toyState.told + 1 }),
        sends: [
          {
            machine: 'lease',
            subject: event.to ?? 'the-lease',
            event: { type: 'poke' }
          }
        ]
      };
    case 'go': {
      const kinds = event.kinds ?? [];
      return {
        ...changed({ label: 'busy', wants: [...toyState.wants, ...kinds] }),
        intents: kinds.map(kind => ({
          kind,
          payload: { for: toyState.id },
          ...(event.delay === undefined ? {} : { delay: event.delay })
        }))
      };
    }
    case 'did': {
      const index = toyState.wants.findIndex(each => each === event.kind);
      if (index < 0) {
        return nothing;
      }
      const wants = toyState.wants.filter((_, each) => each !== index);
      return changed({ wants, label: wants.length > 0 ? 'busy' : 'idle' });
    }
    case 'never_mind':
      return {
        ...changed({ label: 'idle', wants: [] }),
        drop: INTENT_KINDS
      };
    case 'quit':
      return { ...changed({ label: 'over', wants: [] }), drop: INTENT_KINDS };
    case 'break':
      throw new Error('a step that breaks');
    default:
      return nothing;
  }
}

function machine(name: 'run' | 'lease'): IMachine<IToy, IToyEvent> {
  return { name, step, label: state => state.label };
}

export function project(name: 'run' | 'lease') {
  return (state: IToy): Columns | null => {
    if (name === 'lease') {
      return {
        machine: 'lease',
        run: 'the-run',
        state: state.label,
        open: state.label !== 'over',
        view: {}
      };
    }
    return state.id.startsWith('gone') && state.label === 'over'
      ? null
      : {
          machine: 'run',
          state: state.label,
          active: state.label !== 'over',
          target: 'local',
          notebook: 'a.ipynb',
          label: null,
          submittedAt: 1,
          endedAt: null,
          search: '',
          view: {}
        };
  };
}

type Act = (intent: IIntent, signal: AbortSignal) => Promise<Outcome>;

export const did = (kind: IntentKind): Outcome => ({
  kind: 'event',
  event: { type: 'did', kind } as IEvent & Record<string, JsonValue>
});

/** The world outside: what was done to it survives every crash. */
export class World {
  readonly store = new Store(':memory:');
  readonly clock = new HandClock();
  readonly performed: IIntent[] = [];
  readonly errors: string[] = [];
  readonly log: ILog = {
    info: () => undefined,
    warn: (_, message) => this.errors.push(message),
    error: (_, message) => this.errors.push(message)
  };
  act: Act = async intent => did(intent.kind);
  ready: (intent: IIntent) => boolean = () => true;
  parallel: number | undefined = undefined;

  /** A process with this interpreter in it; not started yet. */
  process(
    given: Partial<IInterpreterOptions> & { store?: ILifecycleStore } = {}
  ): Interpreter {
    const interpreter = new Interpreter({
      store: this.store,
      clock: () => this.clock.now,
      random: () => 0.5,
      log: this.log,
      timers: this.clock.timers,
      crash: () => {
        throw new Crash();
      },
      ...given
    });
    interpreter.register(machine('run'), project('run'));
    interpreter.register(machine('lease'), project('lease'));
    const effect: IEffect = {
      ready: intent => this.ready(intent),
      perform: (intent, signal) => {
        this.performed.push(intent);
        return this.act(intent, signal);
      }
    };
    INTENT_KINDS.filter(kind => kind !== 'timer').forEach(kind =>
      interpreter.effect(kind, effect, this.parallel)
    );
    return interpreter;
  }

  async state(id: string, name: 'run' | 'lease' = 'run'): Promise<IToy | null> {
    return (await this.store.read(name, id)) as IToy | null;
  }

  count(kind: IntentKind): number {
    return this.performed.filter(intent => intent.kind === kind).length;
  }
}

/** A promise that somebody else settles. */
export function gate<T>(): { promise: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>(resolve => {
    open = resolve;
  });
  return { promise, open };
}

/** An event of the toy, as the interpreter takes it. */
export function event(given: IToyEvent): IEvent {
  return given;
}

/** The toy wants these of the world. */
export function go(...kinds: IntentKind[]): IEvent {
  return event({ type: 'go', kinds });
}
