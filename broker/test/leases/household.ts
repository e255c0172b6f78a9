import { createHash, randomBytes } from 'node:crypto';

import { auditRun, audit } from '../../src/leases/auditor.ts';
import { newLease, type ILeaseDoc } from '../../src/leases/doc.ts';
import {
  leaseEffects,
  type LeaseIntentKind
} from '../../src/leases/effects/index.ts';
import { leaseMachine } from '../../src/leases/machine.ts';
import type { ILeaseStore, ISealer } from '../../src/leases/ports.ts';
import { Revoking } from '../../src/app/revoking.ts';
import { leaseColumns } from '../../src/leases/view.ts';
import { Interpreter } from '../../src/lifecycle/interpreter.ts';
import type { IEvent, IntentKind } from '../../src/lifecycle/types.ts';
import type { IRunDoc } from '../../src/runs/doc.ts';
import { FIRST_INTENTS, runMachine } from '../../src/runs/machine.ts';
import { runColumns } from '../../src/runs/view.ts';
import { isTerminal } from '../../src/runs/verdict.ts';
import type { Store } from '../../src/store/store.ts';
import type { IStoryStore } from '../lifecycle/memory-store.ts';
import { Mortal } from '../lifecycle/mortal.ts';
import { HandClock, settle } from '../lifecycle/world.ts';
import { DELIVERED, JOB, newRun, SUCCEEDED } from '../runs/doc.ts';
import { vault } from './driver.ts';
import type { LyingProvider } from './lying-provider.ts';

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined
};
const NOBODY = { state: null, fits: false, detail: null };
const digest = (text: string) =>
  createHash('sha256').update(text).digest('hex');

/**
 * A broker without its doors: the real interpreter, store, machines of run and
 * lease, and effects of the lease; of the run's effects only their outcomes. It
 * can be killed around any commit and comes back over the same store.
 */
export class Household {
  readonly time = new HandClock();
  readonly runs: string[] = [];
  readonly faults: string[] = [];
  deaths = 0;
  /** the broker's clock is wrong by this much; ms */
  skew = 0;
  #store: IStoryStore;
  #vault: ISealer = vault;
  readonly #provider: LyingProvider;
  readonly #random: () => number;
  readonly #tag = randomBytes(4).toString('hex');
  /** what the runner of a run was handed */
  readonly #tickets = new Map<string, { attempt: number; ticket: string }>();
  readonly #alarms = new Set<() => void>();
  #mortal: Mortal | null = null;
  #interpreter: Interpreter | null = null;

  constructor(
    store: IStoryStore,
    provider: LyingProvider,
    random: () => number
  ) {
    this.#store = store;
    this.#provider = provider;
    this.#random = random;
    // A read waits for what is on its way to the disk.
    this.time.disk = () => this.#store.read('run', '');
  }

  now = (): number => this.time.now + this.skew;

  /** A broker takes over what the last one left; it dies at that commit. */
  async boot(commits = 0, afterwards = false): Promise<void> {
    this.#mortal?.kill();
    // With a process go its alarms.
    this.#alarms.forEach(callOff => callOff());
    this.#alarms.clear();
    const mortal = new Mortal(this.#store, commits, afterwards);
    const interpreter = new Interpreter({
      store: mortal,
      clock: this.now,
      random: this.#random,
      log: silent,
      timers: {
        set: (ms, ring) => {
          const callOff = this.time.timers.set(ms, ring);
          this.#alarms.add(callOff);
          return callOff;
        }
      }
    });
    this.#mortal = mortal;
    this.#interpreter = interpreter;
    const leases: ILeaseStore = {
      read: async id =>
        (await mortal.read('lease', id)) as unknown as ILeaseDoc | null,
      watch: () => () => undefined
    };
    interpreter.register(runMachine, runColumns);
    interpreter.register(leaseMachine, leaseColumns);
    const effects = leaseEffects({
      store: leases,
      providers: new Map([[this.#provider.name, this.#provider]]),
      vault: this.#vault,
      erase: async () => undefined,
      random: this.#random,
      clock: this.now
    });
    for (const kind of Object.keys(effects) as LeaseIntentKind[]) {
      interpreter.effect(kind, effects[kind]);
    }
    this.#runEffects(interpreter);
    await interpreter.start();
  }

  /** The next broker finds another database there, or another key. */
  moveTo(store: IStoryStore, key: ISealer = vault): void {
    this.kill();
    this.#store = store;
    this.#vault = key;
  }

  /** What a broker does at its start about what was issued before the line. */
  async enforce(store: Store): Promise<void> {
    const revoking = new Revoking({
      store,
      dispatcher: {
        dispatch: async (machine, id, event) =>
          this.#interpreter?.dispatch(machine, id, event) ?? NOBODY
      },
      clock: this.now,
      log: silent
    });
    await revoking.enforce(store.isOlder, async id =>
      Number((await store.read('lease', id))?.createdAt ?? 0)
    );
  }

  /** Kills the broker; the next call finds another one. */
  kill(): void {
    this.#mortal?.kill();
  }

  async submit(): Promise<void> {
    const id = `${this.#tag}-${this.runs.length}`;
    this.runs.push(id);
    const lease = `lease-of-${id}`;
    const { name, client, scopes } = this.#provider;
    const state = newLease(
      {
        id: lease,
        key: vault.newKey(lease),
        run: id,
        provider: name,
        client,
        scopes
      },
      this.now()
    );
    const run = newRun({
      id,
      lease: { id: lease, ready: false, closed: false },
      submittedAt: this.now()
    });
    await this.#alive();
    void this.#interpreter?.create('run', id, run, {
      intents: FIRST_INTENTS,
      also: [{ machine: 'lease', id: lease, state }]
    });
    await settle(this.time.disk);
  }

  /** Sends an event and looks a moment later, whatever became of it. */
  async send(machine: 'run' | 'lease', id: string, event: IEvent) {
    await this.#alive();
    void this.#interpreter?.dispatch(machine, id, event).catch(error => {
      this.faults.push(String(error));
    });
    await settle(this.time.disk);
  }

  /** A start permit is asked for: by the runner, or by somebody else. */
  permit(run: string, session: string, stolen: boolean): Promise<void> {
    const held = this.#tickets.get(run);
    const event = {
      type: 'permit',
      attempt: held?.attempt ?? 1,
      ticketHash: stolen ? digest('another') : (held?.ticket ?? digest('none')),
      sessionHash: digest(session)
    };
    return this.send('run', run, event);
  }

  async gone(run: string): Promise<void> {
    const doc = await this.run(run);
    if (doc?.attempt?.job) {
      const { number: attempt } = doc.attempt;
      const event = { type: 'gone', attempt, exitCode: 0, signal: null };
      await this.send('run', run, event);
    }
  }

  async run(id: string): Promise<IRunDoc | null> {
    return (await this.#store.read('run', id)) as unknown as IRunDoc | null;
  }

  async lease(run: string): Promise<ILeaseDoc | null> {
    return (await this.#store.read(
      'lease',
      `lease-of-${run}`
    )) as unknown as ILeaseDoc | null;
  }

  /** The jobs end, and the broker lives for as long as there is something to do. */
  async finish(most?: number): Promise<void> {
    await this.boot();
    // At once, so that no lost token expires before it is looked for.
    for (let round = 0; round < 8; round += 1) {
      for (const id of this.runs) {
        const doc = await this.run(id);
        if (doc && !isTerminal(doc.state)) {
          await this.gone(id);
        }
      }
      await settle(this.time.disk);
    }
    await this.time.finish(most);
    await this.#interpreter?.stop(0);
  }

  /** What the auditor finds in all that was committed. */
  async audit(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const id of this.runs) {
      const run = await this.run(id);
      const lease = await this.lease(id);
      if (!run || !lease) {
        continue;
      }
      const rows = await this.#store.history(id, 100_000);
      const own = rows.filter(row => row.machine === 'lease');
      found.push(...audit(lease, own), ...auditRun(run, [lease], rows));
    }
    return found;
  }

  async #alive(): Promise<void> {
    if (this.#mortal?.dead) {
      this.deaths += 1;
      await this.boot();
    }
  }

  #runEffects(interpreter: Interpreter): void {
    const tell = (kind: IntentKind, event: (id: string, n: number) => object) =>
      interpreter.effect(kind, {
        perform: async ({ subject, payload }) => {
          await new Promise(resolve => setImmediate(resolve));
          return {
            kind: 'event',
            event: event(subject, Number(payload.attempt)) as IEvent
          };
        }
      });
    // The ticket is in the broker's memory until it is handed over.
    const tickets = new Map<string, { attempt: number; ticket: string }>();
    tell('copy', () => ({ type: 'copied' }));
    tell('inject', () => ({ type: 'injected' }));
    interpreter.effect('submit', {
      perform: async ({ subject }) => {
        const doc = await this.run(subject);
        const attempt = doc?.attempt?.number ?? 1;
        const ticket = digest(randomBytes(8).toString('hex'));
        tickets.set(subject, { attempt, ticket });
        const event = {
          type: 'submitted',
          attempt,
          job: JOB,
          ticketHash: ticket
        };
        return { kind: 'event', event };
      }
    });
    tell('arm', (id, attempt) => {
      const ticket = tickets.get(id);
      tickets.delete(id);
      if (ticket) {
        this.#tickets.set(id, ticket);
      }
      return { type: ticket ? 'ticket_sent' : 'ticket_lost', attempt };
    });
    tell('cancel', () => ({ type: 'cancel_sent' }));
    tell('sweep', () => ({ type: 'swept' }));
    tell('rebuild', () => ({ type: 'rebuilt', summary: SUCCEEDED }));
    tell('deliver', () => ({ type: 'delivered', delivery: DELIVERED }));
    tell('record', () => ({ type: 'recorded', problem: null }));
    tell('delete_folder', () => ({ type: 'folder_deleted' }));
  }
}
