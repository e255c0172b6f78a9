import type { ICommit, ILifecycleStore } from '../../src/lifecycle/ports.ts';

/** A process that can be killed: from then on its store answers nothing. */
export class Mortal implements ILifecycleStore {
  readonly #store: ILifecycleStore;
  #dead = false;
  /** dies around this many commits from now */
  left: number;
  readonly #afterwards: boolean;

  constructor(store: ILifecycleStore, left: number, afterwards: boolean) {
    this.#store = store;
    this.left = left;
    this.#afterwards = afterwards;
  }

  kill(): void {
    this.#dead = true;
  }

  get dead(): boolean {
    return this.#dead;
  }

  read: ILifecycleStore['read'] = (machine, id) =>
    this.#live(() => this.#store.read(machine, id));
  findKey: ILifecycleStore['findKey'] = key =>
    this.#live(() => this.#store.findKey(key));
  recover: ILifecycleStore['recover'] = () =>
    this.#live(() => this.#store.recover());

  commit(commit: ICommit): Promise<void> {
    return this.#live(async () => {
      this.left -= 1;
      if (this.left !== 0) {
        return this.#store.commit(commit);
      }
      if (this.#afterwards) {
        await this.#store.commit(commit);
      }
      this.#dead = true;
      return this.#live(async () => undefined);
    });
  }

  #live<T>(work: () => Promise<T>): Promise<T> {
    return this.#dead ? new Promise<T>(() => undefined) : work();
  }
}
