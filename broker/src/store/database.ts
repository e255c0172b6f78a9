import { closeSync, openSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  DatabaseSync,
  type SQLInputValue,
  type StatementSync
} from 'node:sqlite';

import { BatchError, problem } from '@jupyterlab-batch/protocol';

import { FileSync, type Sync } from './file-sync.ts';
import { MIGRATIONS } from './migrations.ts';

/** Says "a database of ours" to `file` and to us ("jlbt"). */
const APPLICATION_ID = 0x6a6c6274;
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
/** What a write answers when a quota, not the disk, is used up. */
const SQLITE_IOERR_WRITE = 778;

/**
 * File systems (statfs f_type) whose locks and shared pages are this kernel's
 * own business. All others count as network: WAL would be unsafe there.
 */
const LOCAL: ReadonlyMap<string, ReadonlySet<number>> = new Map([
  [
    'linux',
    new Set([
      0xef53, // ext2, ext3, ext4
      0x58465342, // xfs
      0x9123683e, // btrfs
      0x01021994, // tmpfs
      0x858458f6, // ramfs
      0x794c7630, // overlayfs
      0x2fc12fc1, // zfs
      0xf2f52010, // f2fs
      0xca451a4e // bcachefs
    ])
  ],
  ['darwin', new Set([0x1a, 0x17])] // apfs, hfs+
]);

/** True where WAL is safe. */
export function isLocal(type: number, platform: string): boolean {
  return LOCAL.get(platform)?.has(type) ?? false;
}

export type Row = Record<string, string | number | null>;

interface IDatabaseOptions {
  readonly local?: boolean;
  readonly sync?: Sync | undefined;
}

/**
 * The one connection. Everything about SQLite that is not a statement is here:
 * settings, migrations, transactions, and what its errors mean to a user.
 */
export class Database {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** null: SQLite waits for the disk itself, within each commit */
  readonly #log: FileSync | null;

  /**
   * @param path the file, or `:memory:`
   * @throws BatchError where it is in use, newer than this program, or not ours
   */
  constructor(
    path: string,
    { local = onLocalDisk(path), sync }: IDatabaseOptions = {}
  ) {
    this.path = path;
    if (path !== ':memory:') {
      // Ours alone from the first byte, whatever the umask is.
      closeSync(openSync(path, 'a', 0o600));
    }
    this.#db = new DatabaseSync(path, { timeout: 0 });
    try {
      this.#configure(local);
      this.#migrate();
      const logged = local && path !== ':memory:';
      this.#log = logged ? new FileSync(`${path}-wal`, sync) : null;
    } catch (error) {
      this.#db.close();
      throw this.#explain(error);
    }
  }

  get(sql: string, ...values: SQLInputValue[]): Row | null {
    const row = this.#prepare(sql).get(...values);
    return row ? (row as Row) : null;
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** @returns how many rows it changed */
  run(sql: string, ...values: SQLInputValue[]): number {
    try {
      return Number(this.#prepare(sql).run(...values).changes);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** All of it or nothing. */
  transaction<T>(work: () => T): T {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk may have rolled back by itself already.
      if (this.#db.isTransaction) {
        this.#db.exec('ROLLBACK');
      }
      throw this.#explain(error);
    }
  }

  pragma(text: string): Row | null {
    const row = this.#db.prepare(`PRAGMA ${text}`).get();
    return row ? (row as Row) : null;
  }

  /**
   * Not null while something that is committed is not on the disk: it is seen by this
   * process, and outlives it, but not a loss of power.
   */
  get unsettled(): Promise<void> | null {
    return this.#log?.unsettled ?? null;
  }

  /** Resolves when all that has been committed until now is on the disk. */
  async settle(): Promise<void> {
    await this.#log?.settle();
  }

  close(): void {
    this.#log?.close();
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    const found = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, found);
    return found;
  }

  #configure(local: boolean): void {
    // First of all, so that WAL needs no shared memory and no second process
    // gets in between.
    this.pragma('locking_mode = EXCLUSIVE');
    this.pragma(`journal_mode = ${local ? 'WAL' : 'TRUNCATE'}`);
    // In WAL, NORMAL leaves out nothing but the fsync of each commit, and `settle`
    // does that without stopping the loop (https://sqlite.org/pragma.html#pragma_synchronous).
    this.pragma(`synchronous = ${local ? 'NORMAL' : 'FULL'}`);
    this.pragma('secure_delete = ON');
    this.pragma('foreign_keys = ON');
    this.pragma('temp_store = MEMORY');
    this.pragma('cache_size = -16384');
    // The lock is taken by the first write and, in this mode, kept.
    this.#db.exec('BEGIN EXCLUSIVE; COMMIT');
  }

  #migrate(): void {
    const version = Number(this.pragma('user_version')?.user_version);
    const application = Number(this.pragma('application_id')?.application_id);
    if (
      application !== APPLICATION_ID &&
      (application !== 0 || version !== 0)
    ) {
      throw new BatchError(
        problem(
          'internal',
          `${this.path} is not a database of jupyterlab-batch. ` +
            'Move it away and start again.'
        )
      );
    }
    if (version > MIGRATIONS.length) {
      throw new BatchError(
        problem(
          'internal',
          `${this.path} was written by a newer jupyterlab-batch (its schema ` +
            `is ${version}, this one knows ${MIGRATIONS.length}). Update ` +
            'jupyterlab-batch in this environment; nothing was changed.'
        )
      );
    }
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < version) {
        continue;
      }
      this.transaction(() => {
        this.#db.exec(sql);
        this.#db.exec(`PRAGMA user_version = ${index + 1}`);
        this.#db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      });
    }
  }

  #explain(error: unknown): unknown {
    const code = errcode(error);
    if (code === SQLITE_FULL || code === SQLITE_IOERR_WRITE) {
      return new BatchError(
        problem(
          'disk_full',
          `There is no space left for ${this.path}. Free some space or raise ` +
            'the quota, then try again; nothing was changed.'
        )
      );
    }
    if (code !== null && (code & 0xff) === SQLITE_BUSY) {
      return new BatchError(
        problem(
          'internal',
          `${this.path} is in use by another process. Stop the other broker ` +
            '(jupyter batch broker stop), then try again.'
        )
      );
    }
    return error;
  }
}

function onLocalDisk(path: string): boolean {
  return (
    path === ':memory:' ||
    isLocal(statfsSync(dirname(path)).type, process.platform)
  );
}

function errcode(error: unknown): number | null {
  return error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number'
    ? error.errcode
    : null;
}
