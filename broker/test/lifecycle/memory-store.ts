import type {
  ICommit,
  ILifecycleStore,
  IRecovered
} from '../../src/lifecycle/ports.ts';
import type {
  IIntent,
  JsonObject,
  MachineName
} from '../../src/lifecycle/types.ts';
import type { IHistoryRow } from '../../src/store/types.ts';

/** What a sequence looks at afterwards, whichever store it ran on. */
export interface IStoryStore extends ILifecycleStore {
  history(run: string, limit?: number): Promise<IHistoryRow[]>;
}

/** The store's promises in maps: ten times as fast where thousands are run. */
export class MemoryStore implements IStoryStore {
  readonly #states = new Map<string, string>();
  readonly #intents = new Map<number, IIntent>();
  readonly #rows: (IHistoryRow & { run: string | null })[] = [];
  #nextIntent = 1;

  async read(machine: MachineName, id: string): Promise<JsonObject | null> {
    const text = this.#states.get(`${machine}/${id}`);
    return text === undefined ? null : (JSON.parse(text) as JsonObject);
  }

  async findKey(): Promise<null> {
    return null;
  }

  async commit(commit: ICommit): Promise<void> {
    for (const { machine, id, state, columns, fresh } of commit.subjects) {
      const key = `${machine}/${id}`;
      if (fresh && this.#states.has(key)) {
        throw new Error(`${key} is there already`);
      }
      if (columns === null) {
        this.#states.delete(key);
      } else {
        this.#states.set(key, JSON.stringify(state));
      }
    }
    commit.removed.forEach(id => this.#intents.delete(id));
    for (const { id, due, tries } of commit.postponed) {
      const intent = this.#intents.get(id);
      if (intent) {
        this.#intents.set(id, { ...intent, due, tries });
      }
    }
    for (const intent of commit.intents) {
      const payload = JSON.parse(JSON.stringify(intent.payload)) as JsonObject;
      this.#intents.set(intent.id, { ...intent, payload });
      this.#nextIntent = Math.max(this.#nextIntent, intent.id + 1);
    }
    this.#rows.push(...commit.audit);
  }

  async recover(): Promise<IRecovered> {
    for (const [id, intent] of this.#intents) {
      this.#intents.set(id, { ...intent, tries: intent.tries + 1 });
    }
    const intents = [...this.#intents.values()].sort((a, b) => a.id - b.id);
    const lastCommit = this.#rows.at(-1)?.at ?? 0;
    return { intents, nextIntent: this.#nextIntent, lastCommit };
  }

  async history(run: string): Promise<IHistoryRow[]> {
    return this.#rows.filter(row => row.run === run);
  }
}
