import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FileSync } from '../../src/store/file-sync.ts';
import { Store } from '../../src/store/store.ts';
import { settle } from '../lifecycle/world.ts';
import { aRun, commitOf } from './rows.ts';

/** A disk that answers when it is told to. */
class SlowDisk {
  readonly waiting: { keep: () => void; refuse: (error: Error) => void }[] = [];
  asked = 0;

  readonly sync = (): Promise<void> =>
    new Promise((keep, refuse) => {
      this.asked += 1;
      this.waiting.push({ keep, refuse });
    });

  async keep(): Promise<void> {
    this.waiting.shift()?.keep();
    await settle();
  }

  async refuse(error = new Error('EIO')): Promise<void> {
    this.waiting.shift()?.refuse(error);
    await settle();
  }
}

const EIO = /EIO/;
let folder: string;
let path: string;
let disk: SlowDisk;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jlb-settling-'));
  path = join(folder, 'broker.db');
  disk = new SlowDisk();
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a file that is waited for', () => {
  let file: FileSync;
  const told: string[] = [];
  const ask = (who: string): Promise<void> =>
    file.settle().then(
      () => void told.push(who),
      () => void told.push(`${who} failed`)
    );

  beforeEach(() => {
    told.length = 0;
    writeFileSync(path, '');
    file = new FileSync(path, disk.sync);
  });

  it('serves by one wait all who asked before it began, in their order', async () => {
    void ask('a');
    void ask('b');
    await settle();
    void ask('c');
    void ask('d');
    await settle();
    expect(disk.asked).toBe(1);
    await disk.keep();
    expect(told).toEqual(['a', 'b']);
    // What c and d wrote may have come too late for the first.
    expect(disk.asked).toBe(2);
    expect(file.unsettled).not.toBeNull();
    await disk.keep();
    expect(told).toEqual(['a', 'b', 'c', 'd']);
    expect(file.unsettled).toBeNull();
    file.close();
  });

  it('tells nobody that it went well once one has failed', async () => {
    void ask('a');
    await settle();
    void ask('b');
    await disk.refuse();
    void ask('c');
    await settle();
    expect(told).toEqual(['a failed', 'b failed', 'c failed']);
    expect(disk.asked).toBe(1);
    file.close();
  });

  it('asks the system, where no other is given', async () => {
    const real = new FileSync(path);
    await real.settle();
    real.close();
    await expect(real.settle()).rejects.toThrow(/EBADF/);
    file.close();
  });
});

describe('a commit', () => {
  const lost = vi.fn();
  const changed = vi.fn();
  const commit = (store: Store, id: string) =>
    store.commit(commitOf({ subjects: [aRun(id)] }));

  beforeEach(() => {
    lost.mockReset();
    changed.mockReset();
  });

  it('is told of, and read, when it is on the disk', async () => {
    const store = new Store(path, undefined, { sync: disk.sync, lost });
    store.onChange(changed);
    const done = vi.fn();
    const read = vi.fn();
    void commit(store, 'one').then(done);
    void store.read('run', 'one').then(read);
    await settle();
    expect(disk.asked).toBe(1);
    expect([done, read, changed].map(f => f.mock.calls.length)).toEqual([
      0, 0, 0
    ]);
    await disk.keep();
    expect([done, read, changed].map(f => f.mock.calls.length)).toEqual([
      1, 1, 1
    ]);
    expect(read.mock.calls[0]?.[0]).not.toBeNull();
    expect(lost).not.toHaveBeenCalled();
    await store.close();
  });

  it('that finds no room on the disk leaves some for the next broker', async () => {
    const ballast = join(folder, 'ballast');
    const store = new Store(path, undefined, { sync: disk.sync, lost });
    const first = expect(commit(store, 'one')).rejects.toThrow(/no room/);
    await settle();
    expect(existsSync(ballast)).toBe(true);
    const full = Object.assign(new Error('no room'), { code: 'ENOSPC' });
    await disk.refuse(full);
    await first;
    expect(existsSync(ballast)).toBe(false);
    expect(lost).toHaveBeenCalledWith(full);
  });

  it('that the disk does not keep is the last thing that is done', async () => {
    const store = new Store(path, undefined, { sync: disk.sync, lost });
    store.onChange(changed);
    const first = expect(commit(store, 'one')).rejects.toThrow(EIO);
    await settle();
    await disk.refuse();
    await first;
    expect(lost).toHaveBeenCalledTimes(1);
    await expect(store.read('run', 'one')).rejects.toThrow(EIO);
    await expect(commit(store, 'two')).rejects.toThrow(EIO);
    await expect(store.setNotBefore(1)).rejects.toThrow(EIO);
    expect(changed).not.toHaveBeenCalled();
  });
});
