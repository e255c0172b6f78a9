import { randomBytes } from 'node:crypto';

import { audit, type IAuditRow } from '../../src/leases/auditor.ts';
import { newLease, type ILeaseDoc } from '../../src/leases/doc.ts';
import {
  leaseEffects,
  type ILeaseWorld,
  type LeaseIntentKind
} from '../../src/leases/effects/index.ts';
import type { LeaseEvent } from '../../src/leases/events.ts';
import { leaseMachine } from '../../src/leases/machine.ts';
import type { ILeaseProvider, ILeaseStore } from '../../src/leases/ports.ts';
import { timerEffect } from '../../src/lifecycle/timers.ts';
import type {
  IDispatcher,
  IEffect,
  IEvent,
  IIntent,
  ISend,
  JsonObject,
  Outcome
} from '../../src/lifecycle/types.ts';
import { Vault } from '../../src/secrets/vault.ts';

export const vault = new Vault([randomBytes(32)], randomBytes(32));

type Kind = LeaseIntentKind | 'timer';

interface IPending extends IIntent {
  readonly kind: Kind;
}

/**
 * The interpreter's promises in a few lines, with the reins in the test's hand:
 * it says which intent begins, whose outcome lands, and when the process dies.
 */
export class Driver implements ILeaseStore, IDispatcher {
  readonly rows: (IAuditRow & { detail: string | null })[] = [];
  readonly sends: ISend[] = [];
  readonly erasures: string[] = [];
  readonly violations = new Set<string>();
  now: number;
  #lease: ILeaseDoc;
  #pending: IPending[] = [];
  #landing = new Map<number, Outcome>();
  #effects: Record<Kind, IEffect>;
  #ids = 0;
  readonly #provider: ILeaseProvider;
  readonly #random: () => number;
  readonly #listeners = new Set<() => void>();

  constructor(
    provider: ILeaseProvider,
    {
      now = 1_000_000,
      random = () => 0.5
    }: { now?: number; random?: () => number } = {}
  ) {
    this.now = now;
    this.#provider = provider;
    this.#random = random;
    this.#lease = newLease(
      {
        id: 'lease-1',
        key: vault.newKey('lease-1'),
        run: 'run-1',
        provider: provider.name,
        client: provider.client,
        scopes: provider.scopes
      },
      now
    );
    this.#effects = { ...leaseEffects(this.world()), timer: timerEffect };
  }

  get lease(): ILeaseDoc {
    return this.#lease;
  }

  get pending(): readonly IPending[] {
    return this.#pending;
  }

  /** Begun, with an outcome that is not committed yet. */
  get landing(): readonly number[] {
    return [...this.#landing.keys()];
  }

  /** Due and not begun. */
  get ready(): readonly IPending[] {
    return this.#pending.filter(
      intent => intent.due <= this.now && !this.#landing.has(intent.id)
    );
  }

  async read(): Promise<ILeaseDoc> {
    return this.#lease;
  }

  watch(_lease: string, listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async dispatch(_machine: string, _subject: string, event: IEvent) {
    const fits = this.send(event as LeaseEvent);
    return { state: this.#lease, fits, detail: null };
  }

  /** Commits one event. */
  send(event: LeaseEvent, done?: number): boolean {
    const step = leaseMachine.step(this.#lease, event, this.now);
    if (event.type !== 'registered' && event.type !== 'minted') {
      const text = JSON.stringify(event);
      if (/token-\d|secret-of/.test(text)) {
        this.violations.add(`a secret in the event ${event.type}`);
      }
    }
    // States and events survive a database.
    this.#lease = JSON.parse(JSON.stringify(step.state)) as ILeaseDoc;
    this.#pending = this.#pending.filter(
      intent =>
        intent.id !== done &&
        !(step.drop?.includes(intent.kind) && !this.#landing.has(intent.id))
    );
    for (const draft of step.intents) {
      this.#ids += 1;
      this.#pending.push({
        id: this.#ids,
        machine: 'lease',
        subject: this.#lease.id,
        kind: draft.kind as Kind,
        payload: JSON.parse(JSON.stringify(draft.payload)) as JsonObject,
        due: this.now + (draft.delay ?? 0),
        tries: 0
      });
    }
    this.sends.push(...step.sends);
    this.rows.push({
      at: this.now,
      event: event.type,
      fits: step.fits,
      detail: step.detail ?? null
    });
    for (const what of audit(this.#lease, this.rows)) {
      this.violations.add(what);
    }
    for (const listener of this.#listeners) {
      listener();
    }
    return step.fits;
  }

  /** Performs an intent; its outcome waits to land. */
  async begin(intent: IPending): Promise<void> {
    const effect = this.#effects[intent.kind];
    const outcome = await effect.perform(intent, AbortSignal.timeout(30_000));
    this.#landing.set(intent.id, outcome);
  }

  /** Commits the outcome of a begun intent. */
  land(id: number): void {
    const outcome = this.#landing.get(id);
    this.#landing.delete(id);
    if (outcome?.kind === 'event') {
      this.send(outcome.event as LeaseEvent, id);
    } else if (outcome) {
      this.#pending = this.#pending.map(intent =>
        intent.id === id
          ? {
              ...intent,
              tries: intent.tries + 1,
              due: this.now + outcome.afterMs
            }
          : intent
      );
    }
  }

  /** kill -9, and up again: what had not landed is gone, all is tried again. */
  crash(): void {
    this.#landing.clear();
    this.#pending = this.#pending.map(intent => ({
      ...intent,
      tries: intent.tries + 1
    }));
    this.#effects = { ...leaseEffects(this.world()), timer: timerEffect };
  }

  /** Begins and lands what is due, until nothing is; then jumps to what is next. */
  async settle(isDone: () => boolean, steps = 2000): Promise<void> {
    for (let step = 0; step < steps && !isDone(); step += 1) {
      const [landing] = this.landing;
      const [ready] = this.ready;
      if (landing !== undefined) {
        this.land(landing);
      } else if (ready) {
        await this.begin(ready);
      } else if (this.#pending.length > 0) {
        this.now = Math.min(...this.#pending.map(intent => intent.due));
      } else {
        return;
      }
    }
  }

  private world(): ILeaseWorld {
    return {
      store: this,
      providers: new Map([[this.#provider.name, this.#provider]]),
      vault,
      erase: async lease => {
        this.erasures.push(lease.id);
      },
      random: this.#random,
      clock: () => this.now
    };
  }
}
