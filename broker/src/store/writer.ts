import { BatchError } from '@jupyterlab-batch/protocol';

import type { IAuditDraft, ICommit, IRecovered } from '../lifecycle/ports.ts';
import type { Anchor } from './anchor.ts';
import type { Ballast } from './ballast.ts';
import type { ILink } from './chain.ts';
import type { Database } from './database.ts';
import type { Journal, Unaudited } from './journal.ts';
import type { IChange } from './types.ts';

export type Listener = (changes: readonly IChange[]) => void;

/** Told of the error with which the disk refused; nothing is written after it. */
export type Lost = (error: unknown) => void;

interface IBeside {
  readonly anchor: Anchor;
  readonly ballast: Ballast;
  readonly lost: Lost;
}

type Changes = (IChange | null)[];

const NOTHING: Unaudited = {
  issues: false,
  subjects: [],
  audit: null,
  intents: [],
  removed: [],
  postponed: [],
  extras: []
};

/**
 * Transactions with their audit rows. Each method resolves, and listeners are told,
 * when what it wrote is on the disk.
 */
export class Writer {
  readonly #db: Database;
  readonly #journal: Journal;
  readonly #anchor: Anchor;
  readonly #ballast: Ballast;
  readonly #lost: Lost;
  readonly #listeners = new Set<Listener>();
  /** the last audit row of this process's own that is committed */
  #noted: ILink | null = null;

  constructor(
    db: Database,
    journal: Journal,
    { anchor, ballast, lost }: IBeside
  ) {
    this.#db = db;
    this.#journal = journal;
    this.#anchor = anchor;
    this.#ballast = ballast;
    this.#lost = lost;
  }

  /**
   * What issues a right is all of it or nothing, its audit rows included. What
   * ends one does not wait for them: on a full disk the ballast goes, and rows
   * that cannot be written are written with the next commit that can.
   *
   * @param write the rows of the subjects, inside the transaction
   */
  async commit(commit: ICommit, write: () => Changes): Promise<void> {
    const changes = this.#commit(commit, write);
    await this.#settle();
    this.#tell(changes);
  }

  /** Something outside the machines, with its audit rows. */
  async told(audit: readonly IAuditDraft[], work: () => void): Promise<void> {
    this.#transaction(() => {
      work();
      this.#journal.write({ ...NOTHING, audit });
    });
    this.#paid();
    await this.#settle();
  }

  /** What no audit row tells of. */
  async change(work: () => Changes): Promise<void> {
    const changes = this.#transaction(work);
    await this.#settle();
    this.#tell(changes);
  }

  /** What an earlier process left to be done; on a full disk, too. */
  async recover(): Promise<IRecovered> {
    const recover = () => this.#transaction(() => this.#journal.recover());
    const found = this.#withBallast(recover);
    await this.#settle();
    return found;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
  }

  #commit(commit: ICommit, write: () => Changes): Changes {
    const audited = (): Changes => {
      const changes = this.#written(commit, write);
      this.#paid();
      this.#ballast.restore(Date.now());
      return changes;
    };
    if (commit.issues) {
      return audited();
    }
    try {
      return this.#withBallast(audited);
    } catch (error) {
      try {
        const changes = this.#written({ ...commit, audit: null }, write);
        this.#journal.owe(commit.audit);
        return changes;
      } catch {
        throw error;
      }
    }
  }

  /** There are credentials to be ended: what is kept for that day is let go. */
  #withBallast<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isFull(error) && this.#ballast.release()) {
        return work();
      }
      throw error;
    }
  }

  #written(commit: Unaudited, write: () => Changes): Changes {
    return this.#transaction(() => {
      const changes = write();
      this.#journal.write(commit);
      return changes;
    });
  }

  #paid(): void {
    this.#journal.paid();
    this.#noted = this.#journal.last;
  }

  async #settle(): Promise<void> {
    const noted = this.#noted;
    try {
      await this.#db.settle();
    } catch (error) {
      if (isOutOfSpace(error)) {
        // for the next broker, which has to end what this one leaves
        this.#ballast.release();
      }
      this.#lost(error);
      throw error;
    }
    if (noted) {
      this.#anchor.note(noted);
    }
  }

  #tell(changes: Changes): void {
    const told = changes.filter(change => change !== null);
    if (told.length === 0) {
      return;
    }
    for (const listener of this.#listeners) {
      // A listener's fault is not the commit's.
      queueMicrotask(() => listener(told));
    }
  }

  #transaction<T>(work: () => T): T {
    try {
      const result = this.#db.transaction(work);
      this.#journal.settle();
      return result;
    } catch (error) {
      this.#journal.forgo();
      throw error;
    }
  }
}

/** What a file system says that finds room, or a quota, only when it has to write. */
const isOutOfSpace = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ENOSPC' || error.code === 'EDQUOT');

function isFull(error: unknown): boolean {
  return error instanceof BatchError && error.code === 'disk_full';
}
