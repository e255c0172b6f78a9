import { randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ILeaseDoc } from '../../src/leases/doc.ts';
import { OtherKey } from '../../src/app/other-key.ts';
import { leaseSummary } from '../../src/leases/view.ts';
import { Vault } from '../../src/secrets/vault.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { Store } from '../../src/store/store.ts';
import { settle } from '../lifecycle/world.ts';
import { Household } from './household.ts';
import { LyingProvider, Tape } from './lying-provider.ts';
import { HONEST } from './world.ts';

/**
 * What a broker finds whose data folder was damaged, put back, or brought from
 * elsewhere while credentials lived: of two runs one has ended and its lease is
 * closed, the other one holds a token.
 */
const AUDIT_KEY = Buffer.alloc(32, 9);

let folder: string;
let house: Household;
let provider: LyingProvider;
let ended: string;
let living: string;
const opened = new Set<Store>();

function open(where: string): Store {
  const store = new Store(join(folder, where, 'broker.db'), AUDIT_KEY);
  opened.add(store);
  return store;
}

/** The files as a power cut at this moment would leave them. */
function image(name: string, from = 'live'): string {
  cpSync(join(folder, from), join(folder, name), { recursive: true });
  return name;
}

/** Reads or changes a database that nobody has open. */
function raw<T>(where: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(folder, where, 'broker.db'));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** The anchor as it is a moment after the last commit of an image. */
function anchor(of: string, into: string): void {
  const last = raw(image(`${of}-look`, of), db =>
    db.prepare('SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1').get()
  );
  writeFileSync(join(folder, into, 'audit.anchor'), JSON.stringify(last));
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await what()); turn += 1) {
    expect(turn).toBeLessThan(100);
    await settle(house.time.disk);
  }
}

const lease = async (run: string): Promise<ILeaseDoc> => {
  const found = await house.lease(run);
  if (!found) {
    throw new Error(`no lease of ${run}`);
  }
  return found;
};

async function begun(): Promise<string> {
  await house.submit();
  const run = house.runs.at(-1) ?? '';
  await until(async () => (await lease(run)).phase === 'ARMED');
  await house.permit(run, 'the runner', false);
  await until(async () => (await lease(run)).tokens.length === 1);
  return run;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jlb-storage-'));
  mkdirSync(join(folder, 'live'));
  provider = new LyingProvider(HONEST, new Tape([]), () => house.time.now);
  house = new Household(open('live'), provider, () => 0.5);
  await house.boot();
  ended = await begun();
  image('early');
  anchor('early', 'early');
  await house.gone(ended);
  await until(async () => (await lease(ended)).closedAt !== null);
  living = await begun();
  house.kill();
  image('late');
  anchor('late', 'late');
  expect(provider.alive()).toHaveLength(1);
  expect(provider.clients.size).toBe(1);
});

afterEach(async () => {
  await Promise.all([...opened].map(store => store.close()));
  opened.clear();
  rmSync(folder, { recursive: true });
});

/** Another broker over these files, until everything has come to its end. */
async function livedOn(where: string, key?: Vault): Promise<Store> {
  const store = open(where);
  house.moveTo(store, key);
  await house.boot();
  await house.enforce(store);
  return store;
}

const problems = async (store: Store) =>
  (await store.verifyAudit()).problems.map(({ kind }) => kind);

const walOf = (where: string) => join(folder, where, 'broker.db-wal');

/** Where each frame of a write-ahead log ends, and which of them end a commit. */
function frames(where: string): { end: number; commits: boolean }[] {
  const bytes = readFileSync(walOf(where));
  const size = 24 + bytes.readUInt32BE(8);
  return Array.from(
    { length: Math.floor((bytes.length - 32) / size) },
    (_, n) => ({
      end: 32 + (n + 1) * size,
      commits: bytes.readUInt32BE(32 + n * size + 4) > 0
    })
  ).filter(({ end }) => end <= bytes.length);
}

describe('a write-ahead log whose end is torn', () => {
  const TORN = {
    'is cut within its last frame': (end: number) =>
      truncateSync(walOf('late'), end - 1000),
    'has a last frame of rubbish': (end: number) => {
      const bytes = readFileSync(walOf('late'));
      randomBytes(512).copy(bytes, end - 2048);
      writeFileSync(walOf('late'), bytes);
    },
    'goes on with what was there before': (end: number) => {
      const bytes = readFileSync(walOf('late'));
      writeFileSync(
        walOf('late'),
        Buffer.concat([bytes.subarray(0, end), bytes.subarray(32, 9000)])
      );
    }
  };

  it.each(Object.entries(TORN))('%s', async (name, tear) => {
    const all = frames('late');
    expect(all.length).toBeGreaterThan(20);
    tear(all.at(-1)?.end ?? 0);
    const store = await livedOn('late');
    // A commit that was not whole never was. It was told, so the database is taken
    // for an older one: what it holds is revoked.
    const whole = name.startsWith('goes on');
    expect(store.isOlder).toBe(!whole);
    expect(await problems(store)).toEqual(whole ? [] : ['altered']);
    await house.finish();
    expect(await house.audit()).toEqual([]);
    for (const run of [ended, living]) {
      expect((await lease(run)).closedAt).not.toBeNull();
    }
    const lost = (await lease(living)).orphans.length;
    expect(provider.alive().length).toBeLessThanOrEqual(lost);
    expect(provider.clients.size).toBe(0);
  });

  it('loses whole commits, wherever it is cut', async () => {
    const ends = frames('late').filter(({ commits }) => commits);
    expect(ends.length).toBeGreaterThan(20);
    for (const [index, { end }] of ends.slice(-12, -1).entries()) {
      const where = image(`cut-${index}`, 'late');
      truncateSync(walOf(where), end + 700);
      const store = open(where);
      const rows = await store.history(living, 10_000);
      // The state says the same as the last row that is there.
      const doc = await store.read('lease', `lease-of-${living}`);
      const last = rows.findLast(({ machine }) => machine === 'lease');
      expect(last?.to).toBe((await store.leasesOf(living)).at(-1)?.state);
      expect(doc === null).toBe(rows.length === 0);
      expect(await problems(store)).toEqual(['truncated']);
      await store.close();
      opened.delete(store);
    }
  });
});

describe('an older backup that was put back', () => {
  it('is noticed by the anchor: nothing in it is used, and it ends', async () => {
    anchor('late', 'early');
    const minted = provider.tokens.length;
    const store = await livedOn('early');
    expect(store.isOlder).toBe(true);
    expect(await store.notBefore()).toBeGreaterThan(0);
    // Closed once, and open in the backup: no token is handed out.
    const { drained, revokedByHand } = await lease(ended);
    expect([drained, revokedByHand]).toEqual([
      'revoked: issued before the line',
      expect.stringContaining('revoked')
    ]);
    await house.finish();
    expect((await lease(ended)).closedAt).not.toBeNull();
    expect(leaseSummary(await lease(ended)).end).toBe('dead_at_resource');
    expect(provider.tokens).toHaveLength(minted);
    expect(await house.lease(living)).toBeNull();
    // What it does not know of lives until it expires: that is what the alarm says.
    expect(provider.alive()).toHaveLength(1);
    expect(await problems(store)).toEqual(['truncated']);
  });

  it('ends all that is in it also where the clock was set back', async () => {
    anchor('late', 'early');
    house.skew = -3_600_000;
    await livedOn('early');
    expect((await lease(ended)).drained).toBe(
      'revoked: issued before the line'
    );
  });

  it('is not, if the anchor was put back too: its run is gone, so it ends', async () => {
    const minted = provider.tokens.length;
    const store = await livedOn('early');
    expect(store.isOlder).toBe(false);
    await house.finish();
    expect((await lease(ended)).closedAt).not.toBeNull();
    expect(leaseSummary(await lease(ended)).end).toBe('dead_at_resource');
    expect(provider.tokens).toHaveLength(minted);
    expect(await problems(store)).toEqual([]);
  });
});

describe('another key', () => {
  const other = () => new Vault([randomBytes(32)], randomBytes(32));

  it('opens nothing: what it cannot end is told, and ends by its expiry', async () => {
    await livedOn('late', other());
    await house.gone(living);
    await until(async () => (await lease(living)).problem !== null);
    expect((await lease(living)).problem).toContain('another key');
    // A day is tried to delete the client.
    await house.finish(20_000);
    const left = await lease(living);
    expect(leaseSummary(left).end).toBe('expired');
    expect(left.orphans).toMatchObject([{ kind: 'client' }]);
    expect(left.closedAt).not.toBeNull();
    expect(provider.alive()).toEqual([]);
    expect(await house.audit()).toEqual([]);
  });

  it('is told by the doctor, for as long as something of it is open', async () => {
    const store = await livedOn('late', other());
    const alarms: object[] = [];
    const otherKey = new OtherKey({
      store,
      vault: other(),
      log: { error: fields => alarms.push(fields) }
    });
    expect(await otherKey.problems()).toEqual([]);
    await otherKey.look();
    expect(alarms).toMatchObject([
      { alarm: 'other_key', leases: [`lease-of-${living}`] }
    ]);
    expect(await otherKey.problems()).toMatchObject([{ name: 'credentials' }]);
    await house.finish(20_000);
    expect(await otherKey.problems()).toEqual([]);
  });

  it('is no matter once the right one is back', async () => {
    await livedOn('late', other());
    await house.gone(living);
    await until(async () => (await lease(living)).problem !== null);
    house.kill();
    await livedOn(image('again', 'late'));
    await house.finish();
    expect(leaseSummary(await lease(living)).end).toBe('dead_at_resource');
    expect(provider.clients.size).toBe(0);
  });
});

describe('an upgrade with a living credential', () => {
  /** What a lease's row had not yet, up to which schema. */
  const LATER = ['stateSince', 'drainedAt', 'revokedByHand', 'kept', 'key'];

  it.each(MIGRATIONS.slice(2, -1).map((_, index) => index + 3))(
    'from schema %i ends it like any other',
    async version => {
      const where = `v${version}`;
      mkdirSync(join(folder, where));
      const rows = raw(image('source', 'late'), db => ({
        term: db.prepare('SELECT * FROM term').all(),
        run: db.prepare('SELECT * FROM run').all(),
        lease: db.prepare('SELECT * FROM lease').all(),
        run_document: db.prepare('SELECT * FROM run_document').all(),
        intent: db.prepare('SELECT * FROM intent').all()
      }));
      raw(where, db => {
        MIGRATIONS.slice(0, version).forEach(sql => db.exec(sql));
        db.exec(`PRAGMA user_version = ${version}`);
        db.exec(`PRAGMA application_id = ${0x6a6c6274}`);
        for (const [table, found] of Object.entries(rows)) {
          const known = db
            .prepare('SELECT name FROM pragma_table_info(?)')
            .all(table)
            .map(({ name }) => String(name));
          for (const row of found) {
            const names = known.filter(name => name in row);
            db.prepare(
              `INSERT INTO ${table} (${names.join(', ')})
                 VALUES (${names.map(() => '?').join(', ')})`
            ).run(...names.map(name => row[name] ?? null));
          }
        }
        // Its key is kept: what an old one sealed had none, which `Vault` tests.
        LATER.slice(0, -1).forEach(name =>
          db.exec(
            `UPDATE lease SET document = json_remove(document, '$.${name}')`
          )
        );
      });
      const store = await livedOn(where);
      expect((await lease(living)).tokens).toHaveLength(1);
      await house.finish();
      expect((await lease(living)).closedAt).not.toBeNull();
      expect(leaseSummary(await lease(living)).end).toBe('dead_at_resource');
      expect(provider.alive()).toEqual([]);
      expect(provider.clients.size).toBe(0);
      expect(await problems(store)).toEqual([]);
    }
  );
});

it('the folder says who may read it', () => {
  expect(statSync(join(folder, 'live', 'broker.db')).mode & 0o077).toBe(0);
});
