/** An unused embedded broker leaves after this long (DESIGN §4). */
const IDLE_MS = 15 * 60_000;
const LOOK_MS = 30_000;

interface IIdleWorld {
  readonly clock: () => number;
  /** true while a run is active or a lease open */
  readonly busy: () => Promise<boolean>;
  readonly leave: () => void;
  /** the look is repeated: a store that fails once must not end the broker */
  readonly log: (message: string, error: unknown) => void;
  readonly idleMs?: number;
}

/** Leaves when there is nothing to do and nobody has called for a while. */
export class IdleWatch {
  readonly #world: IIdleWorld;
  #last: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(world: IIdleWorld) {
    this.#world = world;
    this.#last = world.clock();
  }

  /** Somebody called. An open event stream does not count. */
  called(): void {
    this.#last = this.#world.clock();
  }

  start(): void {
    const idleMs = this.#world.idleMs ?? IDLE_MS;
    this.#timer = setInterval(
      () =>
        void this.#look(idleMs).catch((error: unknown) =>
          this.#world.log('looking for something to do failed', error)
        ),
      Math.min(LOOK_MS, idleMs)
    );
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) {
      clearInterval(this.#timer);
    }
  }

  async #look(idleMs: number): Promise<void> {
    if (await this.#world.busy()) {
      this.called();
    } else if (this.#world.clock() - this.#last >= idleMs) {
      this.stop();
      this.#world.leave();
    }
  }
}
