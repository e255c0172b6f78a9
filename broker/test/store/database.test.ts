import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Database, isLocal } from '../../src/store/database.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { Store } from '../../src/store/store.ts';
import { aRun, commitOf, erased } from './rows.ts';

describe('the database file', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jlb-db-'));
    path = join(folder, 'broker.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const settings = (db: Database) =>
    ['journal_mode', 'synchronous', 'locking_mode', 'secure_delete'].map(
      name => Object.values(db.pragma(name) ?? {})[0]
    );

  it('is ours alone, whatever the umask', () => {
    const umask = process.umask(0);
    try {
      new Database(path).close();
    } finally {
      process.umask(umask);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is set up for a local disk', () => {
    const db = new Database(path, { local: true });
    expect(settings(db)).toEqual(['wal', 1, 'exclusive', 1]);
    // No shared memory: no second process could use it.
    expect(existsSync(`${path}-shm`)).toBe(false);
    db.close();
  });

  it('is set up for a network disk: without a write-ahead log', () => {
    const db = new Database(path, { local: false });
    expect(settings(db)).toEqual(['truncate', 2, 'exclusive', 1]);
    db.run("INSERT INTO term (text) VALUES ('x')");
    expect(existsSync(`${path}-wal`)).toBe(false);
    db.close();
  });

  it.each([
    [0xef53, 'linux', true],
    [0x6969, 'linux', false], // nfs
    [0x0bd00bd0, 'linux', false], // lustre
    [0x47504653, 'linux', false], // gpfs
    [0x65735546, 'linux', false], // fuse: sshfs and the like
    [0x12345678, 'linux', false],
    [0x1a, 'darwin', true],
    [0xef53, 'win32', false]
  ])('takes file system %i on %s for local: %j', (type, platform, local) => {
    expect(isLocal(type, platform)).toBe(local);
  });

  it('is refused to a second process, in words', () => {
    const first = new Database(path);
    expect(() => new Database(path)).toThrow(/in use by another process.*Stop/);
    first.close();
    new Database(path).close();
  });

  it('is left alone where a newer program wrote it', () => {
    new Database(path).close();
    const newer = new DatabaseSync(path);
    newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    newer.close();
    const before = readFileSync(path);
    expect(() => new Database(path)).toThrow(
      /written by a newer jupyterlab-batch.*Update/
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is left alone where it is not ours', () => {
    const foreign = new DatabaseSync(path);
    foreign.exec('PRAGMA user_version = 1; CREATE TABLE cats (name TEXT)');
    foreign.close();
    expect(() => new Database(path)).toThrow(
      /not a database of jupyterlab-batch/
    );
  });

  it('is refused in words where it is no database at all', () => {
    writeFileSync(path, 'once upon a time there was a file '.repeat(40));
    expect(() => new Database(path)).toThrow(/not a database/);
  });

  it('reaches the newest schema from each older one, with its runs', async () => {
    for (let version = 1; version < MIGRATIONS.length; version += 1) {
      const old = join(folder, `v${version}.db`);
      const raw = new DatabaseSync(old);
      MIGRATIONS.slice(0, version).forEach(sql => raw.exec(sql));
      raw.exec(`PRAGMA user_version = ${version}`);
      raw.exec(`PRAGMA application_id = ${0x6a6c6274}`);
      raw.exec(`
        INSERT INTO term VALUES (1, 'failed'), (2, 'local'), (3, '/a.ipynb');
        INSERT INTO run (seq, id, reversed, revision, state, target, notebook,
            active, submitted_at) VALUES (1, 'ab', 'ba', 1, 1, 2, 3, 0, 5);
        INSERT INTO run_document VALUES (1, '{}', '{}');
        INSERT INTO run_text (rowid, text)
          VALUES (1, 'ab' || '${version < 2 ? '' : '\n\n'}');
        INSERT INTO orphan (id, kind, provider, name, lease, run, since)
          VALUES ('l/client/1', 'client', 'p', 'l', 'l', 'ab', 7);
      `);
      raw.close();
      const store = new Store(old);
      const filter = { limit: 5, states: ['failed'], target: 'local', q: 'ab' };
      expect((await store.list(filter)).runs).toHaveLength(1);
      expect(await store.orphans(8)).toMatchObject([
        { name: 'l', expiresAt: null, end: null, reason: null }
      ]);
      await store.close();
    }
  });

  it('goes on where a kill left it in the middle', async () => {
    const store = new Store(path);
    await store.commit(commitOf({ subjects: [aRun('a')] }));
    // What a kill leaves: the file and the log, without a clean close.
    copyFileSync(path, join(folder, 'copy.db'));
    copyFileSync(`${path}-wal`, join(folder, 'copy.db-wal'));
    await store.close();
    const copy = new Store(join(folder, 'copy.db'));
    expect((await copy.run('a'))?.id).toBe('a');
    await copy.close();
  });

  it('holds nothing of an erased run any more, log and text index included', async () => {
    const store = new Store(path);
    const word = 'Xylophone-7531';
    await store.commit(
      commitOf({
        subjects: [
          aRun('a', { label: word, search: word, view: { word } }),
          aRun('b')
        ]
      })
    );
    const bytes = () =>
      [path, `${path}-wal`]
        .filter(existsSync)
        .map(file => readFileSync(file, 'latin1').toLowerCase())
        .join();
    expect(bytes()).toContain('xylophone');
    await store.commit(erased('a'));
    await store.scrub();
    expect(bytes()).not.toContain('xylophone');
    await store.close();
  });
});
