import { after, gapOf, paceOf, type ILooks } from './pace.ts';
import type { Listing } from './queue.ts';

/** A look at the cluster. */
export interface ILook {
  /** ms since the epoch: when it was asked; what began later is not in it */
  readonly at: number;
  readonly listing: Listing;
}

export interface ILookoutOptions {
  /** Asks for all jobs of the user. */
  readonly ask: () => Promise<Listing>;
  readonly clock: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Looks at one cluster for all targets and jobs of its user: one question at a
 * time, at the pace that what it hears asks for.
 */
export class Lookout {
  readonly #options: ILookoutOptions;
  #looks: ILooks = { failures: 0, quiet: 0 };
  #picture: string | null = null;
  #last: ILook | null = null;
  /** when the last look began that somebody waited for */
  #awaited = -Infinity;
  #chance = 0;
  #underway: Promise<ILook> | null = null;
  #next: Promise<ILook> | null = null;

  constructor(options: ILookoutOptions) {
    this.#options = options;
  }

  /**
   * The newest look, taken now if one is due.
   *
   * @param leased - a job that is looked for may hold a credential
   */
  async watch(leased: boolean): Promise<ILook> {
    if (this.#last !== null && this.#next === null) {
      const pace = paceOf(this.#looks, leased, this.#chance);
      const age = this.#options.clock() - this.#last.at;
      // a clock may be set back
      if (age >= 0 && age < pace) {
        return this.#last;
      }
    }
    return this.#underway ?? (this.#next ??= this.#begin(false));
  }

  /**
   * A look that begins after it was asked for: one for all who wait for it. Those
   * that are taken without anybody waiting hold it back only where nobody answers.
   */
  fresh(): Promise<ILook> {
    this.#next ??= this.#begin(true);
    return this.#next;
  }

  /** Something has happened that a look may tell of. */
  stir(): void {
    this.#looks = { ...this.#looks, quiet: 0 };
  }

  /** @param awaited - somebody waits for it */
  async #begin(awaited: boolean): Promise<ILook> {
    const { clock, sleep } = this.#options;
    await this.#underway;
    const gap = gapOf(this.#looks);
    const last =
      awaited && this.#looks.failures === 0 ? this.#awaited : this.#last?.at;
    const wait = (last ?? -Infinity) + gap - clock();
    if (wait > 0) {
      await sleep(Math.min(wait, gap));
    }
    this.#awaited = awaited ? clock() : this.#awaited;
    this.#next = null;
    this.#underway = this.#look();
    return this.#underway;
  }

  async #look(): Promise<ILook> {
    const at = this.#options.clock();
    const listing = await this.#options.ask().catch(silence);
    const answered = listing.kind === 'ok';
    const picture = answered ? pictureOf(listing) : this.#picture;
    this.#looks = after(this.#looks, answered, picture !== this.#picture);
    this.#picture = picture;
    this.#chance = this.#options.random();
    this.#last = { at, listing };
    this.#underway = null;
    return this.#last;
  }
}

const silence = (error: unknown): Listing => ({
  kind: 'silent',
  why: error instanceof Error ? error.message : String(error)
});

/** What is new is new for people: an estimate moves with every look. */
function pictureOf(listing: Listing & { kind: 'ok' }): string {
  return listing.jobs
    .map(({ id, name, state, reason }) => [id, name, state, reason].join('|'))
    .toSorted()
    .join('\n');
}
